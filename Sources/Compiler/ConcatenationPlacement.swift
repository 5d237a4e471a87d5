import Graph
import Operators
import Runtime

/// Decides which values are written straight into their slice of a concatenation, so that Concat copies nothing.
enum ConcatenationPlacement {
  /// Later concatenations first: a concatenation inside another is placed in it, and its own operands in turn.
  static func place(
    _ graph: Graph, _ infos: [ValueID: ValueInfo], _ lowering: inout Lowering
  ) throws(GraphError) {
    let producers = graph.producers()
    for node in graph.nodes.reversed() where node.op == "Concat" {
      guard let output = node.output(0), let info = infos[output], info.constant == nil,
        case .int(let attribute) = node.attributes["axis"], let axis = Shape.axis(attribute, rank: info.rank)
      else { continue }
      let whole: LoweredView
      if let placed = lowering.placement(of: output) {
        whole = placed
      } else {
        let order: MemoryOrder = info.rank >= 3 && info.type == .float32 ? .channelsLast : .rowMajor
        do throws(OperatorError) {
          whole = try lowering.temporary(type: info.type, shape: info.shape, order: order)
        } catch {
          throw error.at(node, in: graph)
        }
        lowering.place(output, at: whole)
      }
      var start = 0
      for case let id? in node.inputs {
        guard let extent = infos[id]?.shape[axis] else { break }
        if producers[id] != nil, infos[id]?.constant == nil, lowering.placement(of: id) == nil {
          lowering.place(id, at: whole.sliced(axis: axis, start: start, count: extent))
        }
        start += extent
      }
    }
  }
}
