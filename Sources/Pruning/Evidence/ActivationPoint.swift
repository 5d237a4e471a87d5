import Graph
import Operators
import Runtime

/// Where a producing layer's result is looked at, and where a gate acts on it: behind its normalisation and activation.
///
/// From the layer's own result on, through nodes that alone use a value and change each of its elements by themselves or
/// each channel by its own parameters (BatchNormalization, Relu, Clip, HardSwish, addition of a constant), up to the
/// last value before it meets another one, is moved, pooled, or enters the next layer.
package struct ActivationPoint: Sendable {
  /// Position of the layer's node in the graph.
  package let layer: Int
  package let value: ValueID
  /// The channels' axis of the value: 1, of a product the last one.
  package let axis: Int
  package let channels: Int
  /// Position of the first batch normalisation on the way, where there is one.
  package let normalization: Int?
}

extension CoupledChannels {
  /// Where the results of layers are looked at, in the order of the layers. O(nodes).
  ///
  /// - Parameter layers: Positions of producing nodes.
  package func activationPoints(of layers: [Int]) throws(PruningError) -> [ActivationPoint] {
    let consumers = graph.consumers()
    var result: [ActivationPoint] = []
    for layer in layers { result.append(try activationPoint(of: layer, consumers)) }
    return result
  }

  private func activationPoint(
    of layer: Int, _ consumers: [ValueID: [Int]]
  ) throws(PruningError) -> ActivationPoint {
    let node = graph.nodes[layer]
    guard var value = node.output(0), let info = infos[value], info.rank > 1 else {
      throw .unsupported(node: node.name, reason: "its result has no channels")
    }
    let axis = node.op == Gemm.name || node.op == MatMul.name ? info.rank - 1 : 1
    var normalization: Int?
    while let users = consumers[value], users.count == 1, let user = users.first, !graph.outputs.contains(value),
      changesElementsAlone(graph.nodes[user], value), let next = graph.nodes[user].output(0),
      infos[next]?.shape == info.shape, infos[next]?.type == info.type
    {
      if graph.nodes[user].op == BatchNormalization.name, axis == 1, normalization == nil { normalization = user }
      value = next
    }
    return ActivationPoint(
      layer: layer, value: value, axis: axis, channels: info.shape[axis], normalization: normalization)
  }

  private func changesElementsAlone(_ node: Node, _ value: ValueID) -> Bool {
    let others = node.inputs.compactMap { $0 }.filter { $0 != value }
    guard others.allSatisfy({ graph.constants[$0] != nil || infos[$0]?.constant != nil }),
      let op = try? OperatorRegistry.standard.make(node, in: graph)
    else { return false }
    if node.op == BatchNormalization.name || node.op == Identity.name || node.op == Dropout.name { return true }
    if case .elementwise = type(of: op).channelFlow { return true }
    return false
  }
}
