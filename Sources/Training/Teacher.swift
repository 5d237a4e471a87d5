import Compiler
import Graph
import Runtime

/// A network whose opinion on every batch is part of another's loss (knowledge distillation, Hinton et al., 2015).
package struct Teacher: ~Copyable {
  private var session: Session

  /// - Parameters:
  ///   - network: Takes the same pictures, prepared in the same way, and has the same classes.
  ///   - batch: Pictures a step.
  package init(_ network: Graph, batch: Int, threads: Int) throws(TrainingError) {
    session = try Session.compiled(
      network.withOpenBatch(), Compiler.Options(inputs: InputSpecification(batch: batch)), threads: threads)
  }

  /// Writes the logits of a batch, `[N, classes]`.
  mutating func judge(_ images: UnsafeBufferPointer<Float>, into logits: UnsafeMutableBufferPointer<Float>) {
    session.write(images)
    session.run()
    let scores = session.output(0)
    let (values, classes) = (scores.pointer(as: Float.self), scores.extent(1))
    for row in 0..<scores.extent(0) {
      for c in 0..<classes where row * classes + c < logits.count {
        logits[row * classes + c] = values[row * scores.stride(0) + c * scores.stride(1)]
      }
    }
  }
}
