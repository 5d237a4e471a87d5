import Graph

extension OperatorHistory {
  static let groupNormalization = OperatorHistory(
    "GroupNormalization", since: 18,
    [
      Change(21, "scale and bias of each group became those of each channel") { (node, context) throws(ImportFailure) in
        guard case .int(let groups) = node.attributes["num_groups"], groups > 0 else {
          throw .malformed("\(node.description) has no num_groups")
        }
        // [groups] -> [groups, 1] -> [groups, channels / groups] -> [channels]: constants once the channels are known.
        let channels = context.precede("Shape", [node.input(0)], ["start": .int(1), "end": .int(2)], of: node)
        let divisor = context.addConstant([groups], "groups", of: node)
        let each = context.precede("Div", [channels, divisor], of: node)
        let one = context.addConstant([1], "one", of: node)
        let repeats = context.precede("Concat", [one, each], ["axis": .int(0)], of: node)
        let flat = context.addConstant([-1], "flat", of: node)
        for position in [1, 2] {
          let column = context.precede("Unsqueeze", [node.input(position), one], of: node)
          let rows = context.precede("Expand", [column, repeats], of: node)
          node.setInput(position, context.precede("Reshape", [rows, flat], of: node))
        }
      }
    ])
}
