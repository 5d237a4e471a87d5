import Graph

extension OperatorHistory {
  static let clip = OperatorHistory(
    "Clip", since: 6,
    [
      Change(11, "bounds became operands") { (node, context) throws(ImportFailure) in
        let type = context.type(of: node.input(0))
        for (position, role) in [(1, "min"), (2, "max")] {
          guard let bound = try node.removeFloat(role) else { continue }
          let tensor = Tensor(type: type, shape: [], doubles: [Double(bound)])
          node.setInput(position, context.addConstant(tensor, role, of: node))
        }
      }
    ])
}
