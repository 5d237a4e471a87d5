import Graph
import Runtime

/// The opset that a graph is written in: the lowest one that knows all of its nodes' forms, so that as many programs as
/// possible can read the file.
enum ExportOpset {
  /// Below this one too many operators lack element types that our graphs may hold.
  static let lowest = 21

  /// Attributes that came, or became clear, after `lowest`. 0 stands for one that is not given.
  private static let lateAttributes: [(op: String, attribute: String, opset: Int)] = [
    ("AveragePool", "ceil_mode", 22), ("Cast", "round_mode", 24), ("CastLike", "round_mode", 24),
    ("DequantizeLinear", "output_dtype", 23), ("MaxPool", "ceil_mode", 22), ("QuantizeLinear", "precision", 23),
    ("Range", "stash_type", 27), ("SpaceToDepth", "mode", 28),
  ]

  /// Element types that operators took on after `lowest`.
  private static let lateTypes: [(op: String, type: ElementType, opset: Int)] = [
    ("Celu", .float16, 28), ("Celu", .float64, 28), ("Range", .float16, 27),
  ]

  /// The first opset that knows the node's form. `operand` gives the types of its operands.
  static func needed(by node: Node, operand: (Int) -> ElementType) -> Int {
    var opset = max(lowest, OperatorHistory.table[node.op]?.newestForm ?? lowest)
    for late in lateAttributes where late.op == node.op && (node.attributes[late.attribute] ?? .int(0)) != .int(0) {
      opset = max(opset, late.opset)
    }
    for late in lateTypes where late.op == node.op && late.type == operand(0) { opset = max(opset, late.opset) }
    // Data and scale had to have one type.
    if node.op == "QuantizeLinear", operand(0) != operand(1) { opset = max(opset, 23) }
    return opset
  }

  /// The version of the file format that came with an opset.
  static func formatVersion(of opset: Int) -> Int {
    switch opset {
    case ...22: 10
    case 23: 11
    case 24: 12
    case 25...27: 13
    default: 14
    }
  }
}
