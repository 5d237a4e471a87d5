import Graph
import Operators

/// Turns values whose elements are known before anything runs into constants, and takes out their producers and
/// everything else that no output depends on.
enum FoldConstants {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions.reversed() {
      let node = editor[position]
      let needed = node.outputs.contains { id in
        guard let id, editor.infos[id]?.constant == nil else { return false }
        return editor.isOutput(id) || !editor.users(of: id).isEmpty
      }
      if !needed { editor.remove(position) }
    }
  }
}
