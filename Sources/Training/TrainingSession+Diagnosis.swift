import Compiler
import Graph
import Runtime

extension TrainingSession {
  /// The name of the first node of the step whose result is not finite for a batch and the present state; `loss` where
  /// all are. Compiles the step once more with every result kept: slow, and needs the memory.
  func firstInfinite(_ images: UnsafeBufferPointer<Float>) throws(TrainingError) -> String {
    var graph = step.graph
    // Up to the loss; what follows are derivatives of it.
    let producers = graph.producers()
    guard let last = producers[step.loss] else { return "loss" }
    graph.nodes = Array(graph.nodes[...last])
    graph.outputs = graph.nodes.compactMap { $0.output(0) }
    let present = Set(graph.nodes.flatMap { $0.inputs.compactMap { $0 } })
    graph.inputs = graph.inputs.filter(present.contains)
    var inputs: [String: Tensor] = [:]
    for (state, tensor) in zip(step.states, state()) { inputs[state.name] = tensor }
    let shape = step.imageShape
    let pixels = shape[0] * shape[2] * shape[3]
    // Pictures come as NHWC; tensors are in logical order.
    var planes = [Float](repeating: 0, count: shape.reduce(1, *))
    for pixel in 0..<pixels {
      let (picture, place) = (pixel / (shape[2] * shape[3]), pixel % (shape[2] * shape[3]))
      for channel in 0..<shape[1] {
        planes[(picture * shape[1] + channel) * shape[2] * shape[3] + place] = images[pixel * shape[1] + channel]
      }
    }
    inputs[graph.name(of: step.images)] = Tensor(planes, shape: shape)
    for id in graph.inputs where inputs[graph.name(of: id)] == nil {
      let extents = graph.values[id.index].shape?.map { dimension in
        if case .fixed(let extent) = dimension { extent } else { 1 }
      }
      let count = (extents ?? []).reduce(1, *)
      inputs[graph.name(of: id)] = Tensor([Float](repeating: 0, count: count), shape: extents ?? [])
    }
    do throws(GraphError) {
      let results = try PlanRunner.run(
        graph, inputs.filter { name, _ in graph.inputs.contains { graph.name(of: $0) == name } })
      for (node, result) in zip(graph.nodes.filter { $0.output(0) != nil }, results)
      where result.type == .float32 && !result.elements(as: Float.self).allSatisfy(\.isFinite) {
        return node.name
      }
    } catch {
      throw .graph(error)
    }
    return "loss"
  }
}
