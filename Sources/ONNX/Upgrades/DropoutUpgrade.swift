import Graph

extension OperatorHistory {
  static let dropout = OperatorHistory(
    "Dropout", since: 7,
    [
      Change(10, "the mask became bool") { (node, context) throws(ImportFailure) in
        guard !context.isUsed(node.output(1)) else {
          throw .unsupported("\(node.description) has its mask used, in the form that it had before opset 10")
        }
        node.outputs = [node.output(0)]
      },
      Change(12, "the ratio became an operand") { (node, _) throws(ImportFailure) in
        // Without the operand training_mode the ratio has no meaning.
        node.attributes["ratio"] = nil
      },
    ])
}
