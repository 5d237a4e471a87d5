import Graph

extension OperatorHistory {
  static let pad = OperatorHistory(
    "Pad", since: 2,
    [
      Change(11, "amounts and value became operands") { (node, context) throws(ImportFailure) in
        guard let pads = try node.removeInts("pads") else { throw .malformed("\(node.description) has no pads") }
        let value = try node.removeFloat("value") ?? 0
        let type = context.type(of: node.input(0))
        node.setInput(1, context.addConstant(pads, "pads", of: node))
        guard value != 0 else { return }
        let tensor = Tensor(type: type, shape: [], doubles: [Double(value)])
        node.setInput(2, context.addConstant(tensor, "value", of: node))
      }
    ])
}
