import Graph

/// The opset that a graph is written in: the lowest one that knows all of its nodes' forms, so that as many programs as
/// possible can read the file.
enum ExportOpset {
  /// Below this one too many operators lack element types that our graphs may hold.
  static let lowest = 21

  /// Attributes that came after `lowest`.
  private static let lateAttributes: [(op: String, attribute: String, opset: Int)] = [
    ("Cast", "round_mode", 24), ("CastLike", "round_mode", 24), ("DequantizeLinear", "output_dtype", 23),
    ("QuantizeLinear", "precision", 23), ("Range", "stash_type", 27), ("SpaceToDepth", "mode", 28),
  ]

  /// The first opset that knows the node's form.
  static func needed(by node: Node) -> Int {
    var opset = max(lowest, OperatorHistory.table[node.op]?.newestForm ?? lowest)
    for entry in lateAttributes where entry.op == node.op && node.attributes[entry.attribute] != nil {
      opset = max(opset, entry.opset)
    }
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
