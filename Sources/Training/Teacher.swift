import Compiler
import Graph
import Runtime

/// A network whose opinion on every batch is part of another's loss (knowledge distillation, Hinton et al., 2015).
package struct Teacher: ~Copyable {
  private var session: Session

  /// - Parameters:
  ///   - network: Takes the same pictures, prepared in the same way, and has the same classes.
  ///   - images: The shape of a step's pictures, `[N, C, H, W]`.
  ///   - classes: Of the network that learns.
  /// - Throws: `TrainingError.unsuitableNetwork` for other pictures or another number of classes.
  package init(_ network: Graph, images: [Int], classes: Int, threads: Int) throws(TrainingError) {
    let (graph, infos) = try network.withLogits(batch: images[0])
    let pictures = graph.inputs.first.flatMap { infos[$0]?.shape } ?? []
    guard pictures == images else {
      throw .unsuitableNetwork(
        reason: "its teacher takes \(Shape.text(Array(pictures.dropFirst()))), the pictures are prepared as "
          + "\(Shape.text(Array(images.dropFirst()))): choose another teacher")
    }
    let logits = graph.outputs.first.flatMap { infos[$0]?.shape } ?? []
    guard logits == [images[0], classes] else {
      throw .unsuitableNetwork(
        reason:
          "its teacher has \(logits.dropFirst().reduce(1, *)) classes, the network \(classes): choose another teacher")
    }
    session = try Session.compiled(
      graph, Compiler.Options(inputs: InputSpecification(batch: images[0])), threads: threads)
  }

  /// Writes the logits of a batch, `[N, classes]`.
  mutating func judge(_ images: UnsafeBufferPointer<Float>, into logits: UnsafeMutableBufferPointer<Float>) {
    session.write(images)
    session.run()
    let scores = session.output(0)
    let (values, classes) = (scores.pointer(as: Float.self), scores.extent(1))
    for row in 0..<scores.extent(0) {
      for c in 0..<classes {
        logits[row * classes + c] = values[row * scores.stride(0) + c * scores.stride(1)]
      }
    }
  }
}
