import Graph

extension OperatorHistory {
  /// The axes of these operators were an attribute and became operand 1.
  static func axesBecomeOperand(_ opset: Int) -> Change {
    Change(opset, "axes became an operand") { (node, context) throws(ImportFailure) in
      guard let axes = try node.removeInts("axes") else { return }
      guard node.input(1) == nil else { throw .malformed("\(node.description) has its axes twice") }
      node.setInput(1, context.addConstant(axes, "axes", of: node))
    }
  }

  static let squeeze = OperatorHistory("Squeeze", since: 1, [axesBecomeOperand(13)])
  static let unsqueeze = OperatorHistory("Unsqueeze", since: 1, [axesBecomeOperand(13)])

  /// ReduceSum changed five opsets before the others. noop_with_empty_axes came with the operand; off is the old meaning.
  static let reductions: [OperatorHistory] =
    [
      OperatorHistory("ReduceSum", since: 1, [axesBecomeOperand(13)])
    ]
    + [
      "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
      "ReduceSumSquare",
    ].map { OperatorHistory($0, since: 1, [axesBecomeOperand(18)]) }
}
