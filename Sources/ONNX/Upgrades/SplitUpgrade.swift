import Graph

extension OperatorHistory {
  static let split = OperatorHistory(
    "Split", since: 2,
    [
      Change(13, "sizes became an operand") { (node, context) throws(ImportFailure) in
        guard let sizes = try node.removeInts("split") else { return }
        node.setInput(1, context.addConstant(sizes, "split", of: node))
      },
      Change(18, "the number of parts has to be said where sizes are not") { (node, _) throws(ImportFailure) in
        if node.input(1) == nil { node.attributes["num_outputs"] = .int(node.outputs.count) }
      },
    ])
}
