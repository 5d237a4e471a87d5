import Graph

extension OperatorHistory {
  static let slice = OperatorHistory(
    "Slice", since: 1,
    [
      Change(10, "bounds became operands") { (node, context) throws(ImportFailure) in
        guard let starts = try node.removeInts("starts"), let ends = try node.removeInts("ends") else {
          throw .malformed("\(node.description) has no starts or no ends")
        }
        node.setInput(1, context.addConstant(starts, "starts", of: node))
        node.setInput(2, context.addConstant(ends, "ends", of: node))
        guard let axes = try node.removeInts("axes") else { return }
        node.setInput(3, context.addConstant(axes, "axes", of: node))
      }
    ])
}
