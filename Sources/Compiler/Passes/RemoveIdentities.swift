import Graph
import Operators

/// Takes out nodes that hand on their operand unchanged: Identity, Dropout at inference, a Cast to the same type.
enum RemoveIdentities {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions {
      let node = editor[position]
      guard let input = node.input(0), let output = node.output(0), !editor.isOutput(output),
        node.outputs.dropFirst().allSatisfy({ $0.map { editor.users(of: $0).isEmpty && !editor.isOutput($0) } ?? true }
        ),
        isIdentity(node, input, output, editor)
      else { continue }
      editor.redirect(output, to: input)
      editor.remove(position)
    }
  }

  private static func isIdentity(_ node: Node, _ input: ValueID, _ output: ValueID, _ editor: GraphEditor) -> Bool {
    switch node.op {
    case "Identity": true
    case "Dropout": editor.constant(node, 2).map { $0.integers == [0] } ?? (node.input(2) == nil)
    case "Cast", "CastLike": editor.infos[input]?.type == editor.infos[output]?.type
    default: false
    }
  }
}
