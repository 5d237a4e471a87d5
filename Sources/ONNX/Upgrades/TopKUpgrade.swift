import Graph

extension OperatorHistory {
  static let topK = OperatorHistory(
    "TopK", since: 1,
    [
      Change(10, "k became an operand") { (node, context) throws(ImportFailure) in
        guard let k = try node.removeInt("k") else { throw .malformed("\(node.description) has no k") }
        node.setInput(1, context.addConstant([k], "k", of: node))
      }
    ])
}
