import Graph

extension OperatorHistory {
  static let batchNormalization = OperatorHistory(
    "BatchNormalization", since: 7,
    [
      Change(9, "statistics of each element (spatial = 0) were dropped") { (node, context) throws(ImportFailure) in
        guard try node.removeInt("spatial") == 0 else { return }
        try normalizeEachElement(&node, &context)
      },
      Change(14, "training became an attribute") { (node, context) throws(ImportFailure) in
        guard !node.outputs.dropFirst().contains(where: { context.isUsed($0) }) else {
          throw .unsupported("\(node.description) computes statistics of a batch (training), as opset 7 to 13 has it")
        }
        node.outputs = [node.output(0)]
      },
    ])

  /// `(x - mean) / sqrt(variance + epsilon) * scale + bias`, where all four have the shape of one x of the batch.
  private static func normalizeEachElement(_ node: inout Node, _ context: inout UpgradeContext) throws(ImportFailure) {
    guard node.inputs.count == 5, !node.inputs.contains(nil) else {
      throw .malformed("\(node.description) has \(node.inputs.count) operands where it takes 5")
    }
    let epsilon = Tensor(
      type: context.type(of: node.input(4)), shape: [],
      doubles: [Double(try node.removeFloat("epsilon") ?? 1e-5)])
    let offset = context.addConstant(epsilon, "epsilon", of: node)
    let centred = context.precede("Sub", [node.input(0), node.input(3)], of: node)
    let variance = context.precede("Add", [node.input(4), offset], of: node)
    let deviation = context.precede("Sqrt", [variance], of: node)
    let normalized = context.precede("Div", [centred, deviation], of: node)
    let scaled = context.precede("Mul", [normalized, node.input(1)], of: node)
    node = Node(name: node.name, op: "Add", inputs: [scaled, node.input(2)], outputs: node.outputs)
  }
}
