import Graph
import Operators

/// Folds a Pad with zeros along spatial axes into the convolution that alone uses it.
enum FoldPadding {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor[position].op == "Pad" { fold(position, &editor) }
  }

  private static func fold(_ position: Int, _ editor: inout GraphEditor) {
    let pad = editor[position]
    guard pad.attributes["mode"] ?? .string("constant") == .string("constant"), pad.input(3) == nil,
      let output = pad.output(0), let user = editor.onlyUser(of: output), editor[user].op == "Conv",
      editor[user].input(0) == output,
      editor[user].attributes["auto_pad"] ?? .string("NOTSET") == .string("NOTSET"),
      let amounts = editor.constant(pad, 1)?.integers, amounts.count % 2 == 0, amounts.count >= 6,
      amounts.allSatisfy({ $0 >= 0 })
    else { return }
    if pad.input(2) != nil {
      guard let value = editor.constant(pad, 2), value.doubles.allSatisfy({ $0 == 0 }) else { return }
    }
    let rank = amounts.count / 2
    guard amounts[0] == 0, amounts[1] == 0, amounts[rank] == 0, amounts[rank + 1] == 0 else { return }
    var node = editor[user]
    var pads = Array(repeating: 0, count: 2 * (rank - 2))
    if case .ints(let given) = node.attributes["pads"] {
      guard given.count == pads.count else { return }
      pads = given
    }
    for axis in 0..<(rank - 2) {
      pads[axis] += amounts[axis + 2]
      pads[axis + rank - 2] += amounts[rank + axis + 2]
    }
    node.attributes["pads"] = .ints(pads)
    node.inputs[0] = pad.input(0)
    editor.replace(user, with: node)
    editor.remove(position)
  }
}
