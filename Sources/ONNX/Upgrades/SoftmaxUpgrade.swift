import Graph

extension OperatorHistory {
  static let softmaxes = ["Softmax", "LogSoftmax", "Hardmax"].map { name in
    OperatorHistory(
      name, since: 1,
      [
        Change(13, "all axes from `axis` on were one") { (node, context) throws(ImportFailure) in
          try flattenFromAxis(&node, &context)
        }
      ])
  }

  /// Before opset 13 the operand was taken as a matrix: axes before `axis` are rows, the others columns.
  private static func flattenFromAxis(_ node: inout Node, _ context: inout UpgradeContext) throws(ImportFailure) {
    var axis = try node.removeInt("axis") ?? 1
    let input = node.input(0)
    // Where the declared shape shows that one axis is all there is, the newest form says the same.
    if let shape = context.shape(of: input) ?? context.shape(of: node.output(0)) {
      if axis < 0 { axis += shape.count }
      guard axis >= 0, axis <= shape.count else {
        throw .malformed("\(node.description) has the axis \(axis) of \(shape.count)")
      }
      if axis < shape.count, shape[(axis + 1)...].allSatisfy({ $0 == .fixed(1) }) {
        node.attributes["axis"] = .int(axis)
        return
      }
    } else if axis == -1 {
      node.attributes["axis"] = .int(-1)
      return
    }
    let shape = context.precede("Shape", [input], of: node)
    node.setInput(0, context.precede("Flatten", [input], ["axis": .int(axis)], of: node))
    node.attributes["axis"] = .int(-1)
    // allowzero: an extent of 0 is meant as such.
    _ = context.follow("Reshape", ["allowzero": .int(1)], of: &node, operands: [shape])
  }
}
