import Compiler
import Graph
import Operators
import Runtime

/// Follows removed channels through a graph: which parameters lose what, and which nodes say sizes that change.
struct ChannelCutter {
  let coupled: CoupledChannels
  private let remainders: [ValueID: (axis: Int, kept: [Int])]
  private var graph: Graph { coupled.graph }

  init(_ coupled: CoupledChannels, _ removed: Set<Int32>) {
    self.coupled = coupled
    remainders = coupled.labels.compactMapValues { $0.remainder(without: removed) }
  }

  /// What remains of a value along the axis on which it loses something; nil where it loses nothing.
  func remainder(_ value: ValueID?) -> (axis: Int, kept: [Int])? { value.flatMap { remainders[$0] } }

  /// The cuts of all parameters.
  func cuts() throws(PruningError) -> [ParameterCut] {
    var result: [ParameterCut] = []
    for (position, node) in graph.nodes.enumerated() {
      if node.outputs.contains(where: { remainder($0)?.kept.isEmpty ?? false }) { throw .emptied(layer: node.name) }
      guard let op = try? OperatorRegistry.standard.make(node, in: graph) else { continue }
      switch type(of: op).channelFlow {
      case .convolution: result += convolution(position, node, [0, 1])
      case .transposedConvolution: result += convolution(position, node, [1, 0])
      case .product: result += product(position, node)
      // What a resize is told is of axes, not of channels.
      case .channelwise: result += node.op == Resize.name ? [] : vectors(position, node)
      case .elementwise: result += broadcast(position, node)
      case .movement, .reduction, .opaque: break
      }
    }
    return result
  }

  private func isConstant(_ node: Node, _ operand: Int) -> Bool {
    node.input(operand).map { graph.constants[$0] != nil } ?? false
  }

  /// - Parameter axes: Of outputs and inputs in the weights.
  private func convolution(_ position: Int, _ node: Node, _ axes: [Int]) -> [ParameterCut] {
    var result: [ParameterCut] = []
    let inputs = node.input(0).flatMap { coupled.infos[$0]?.shape[1] } ?? 1
    let isDepthwise = node.groups > 1 && node.groups == inputs
    let weights = node.input(1).flatMap { coupled.infos[$0]?.shape } ?? []
    if let (_, kept) = remainder(node.output(0)) {
      // The weights of a transposed convolution have the outputs of one group; a depthwise one has its inputs first.
      let axis = isDepthwise ? 0 : axes[0]
      let positions =
        isDepthwise && axes[0] == 1
        ? remainder(node.input(0))?.kept ?? [] : kept.filter { $0 < weights[axis] }
      result.append(ParameterCut(node: position, operand: 1, axis: axis, kept: positions))
      if node.input(2) != nil { result.append(ParameterCut(node: position, operand: 2, axis: 0, kept: kept)) }
    }
    if !isDepthwise, let (_, kept) = remainder(node.input(0)) {
      let axis = axes[1]
      result.append(ParameterCut(node: position, operand: 1, axis: axis, kept: kept.filter { $0 < weights[axis] }))
    }
    return result
  }

  private func product(_ position: Int, _ node: Node) -> [ParameterCut] {
    var result: [ParameterCut] = []
    let (columns, rows) = node.transposesWeights ? (0, 1) : (1, 0)
    if let (_, kept) = remainder(node.output(0)) {
      result.append(ParameterCut(node: position, operand: 1, axis: columns, kept: kept))
      // An addend of one number for all columns stays.
      if let addend = node.input(2).flatMap({ coupled.infos[$0]?.shape }), let last = addend.last,
        last == node.output(0).flatMap({ coupled.infos[$0]?.shape.last })
      {
        result.append(ParameterCut(node: position, operand: 2, axis: addend.count - 1, kept: kept))
      }
    }
    if let (_, kept) = remainder(node.input(0)) {
      result.append(ParameterCut(node: position, operand: 1, axis: rows, kept: kept))
    }
    return result
  }

  /// Parameters with a number for each channel.
  private func vectors(_ position: Int, _ node: Node) -> [ParameterCut] {
    guard let (_, kept) = remainder(node.output(0)),
      let channels = node.output(0).flatMap({ coupled.infos[$0]?.shape[1] })
    else { return [] }
    return node.inputs.indices.dropFirst().compactMap { operand in
      guard isConstant(node, operand), node.input(operand).flatMap({ coupled.infos[$0]?.shape }) == [channels] else {
        return nil
      }
      return ParameterCut(node: position, operand: operand, axis: 0, kept: kept)
    }
  }

  /// Parameters that are broadcast against channels.
  private func broadcast(_ position: Int, _ node: Node) -> [ParameterCut] {
    guard let (axis, kept) = remainder(node.output(0)), let rank = node.output(0).flatMap({ coupled.infos[$0]?.rank })
    else { return [] }
    return node.inputs.indices.compactMap { operand in
      guard isConstant(node, operand), let shape = node.input(operand).flatMap({ coupled.infos[$0]?.shape }) else {
        return nil
      }
      let own = axis - (rank - shape.count)
      guard own >= 0, shape[own] > 1 else { return nil }
      return ParameterCut(node: position, operand: operand, axis: own, kept: kept)
    }
  }
}
