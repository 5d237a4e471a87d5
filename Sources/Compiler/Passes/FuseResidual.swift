import Graph
import Operators

/// Lets a convolution add the other operand of the Add that alone uses its result: the shortcut of a residual block.
///
/// Runs before `FuseActivation`, so that an activation behind the Add is fused as well.
enum FuseResidual {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor[position].op == "Add" { fuse(position, &editor) }
  }

  private static func fuse(_ position: Int, _ editor: inout GraphEditor) {
    let add = editor[position]
    guard add.inputs.count == 2, let output = add.output(0), let info = editor.infos[output], info.type == .float32,
      info.rank == 4
    else { return }
    // Of two convolutions the later one: the other's result is then there already.
    let candidates = [(0, 1), (1, 0)].compactMap { own, other -> (source: Int, other: ValueID)? in
      guard let source = editor.producer(of: add.input(own)), let residual = add.input(other),
        editor[source].op == "Conv", editor.onlyUser(of: add.input(own)) == position,
        editor[source].attributes["edge.activation"] == nil, editor[source].input(3) == nil,
        editor[source].attributes["group"] ?? .int(1) == .int(1),
        add.input(own).flatMap({ editor.infos[$0]?.shape }) == info.shape, editor.infos[residual]?.shape == info.shape,
        editor.infos[residual]?.constant == nil, !isChanged(editor[source].input(1), between: source, position, editor)
      else { return nil }
      return (source, residual)
    }
    guard let (source, residual) = candidates.max(by: { $0.source < $1.source }) else { return }
    var node = editor[source]
    node.inputs = [node.input(0), node.input(1), node.input(2), residual]
    node.outputs = [output]
    editor.remove(source)
    // In the Add's place: there the residual has been computed.
    editor.replace(position, with: node)
  }

  private static let updates = Set(trainingOperators.compactMap { ($0 as? any UpdateOperator.Type)?.name })

  /// Whether an update changes weights in place before the convolution would read them behind it.
  private static func isChanged(_ weights: ValueID?, between source: Int, _ add: Int, _ editor: GraphEditor) -> Bool {
    guard let weights else { return false }
    return editor.users(of: weights).contains { (source..<add).contains($0) && updates.contains(editor[$0].op) }
  }
}
