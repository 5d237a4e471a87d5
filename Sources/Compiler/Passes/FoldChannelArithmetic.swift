import Graph
import Operators

/// Folds a multiplication by, or an addition of, one constant per channel into the convolution that alone feeds it:
/// exporters write biases and frozen normalisations this way.
enum FoldChannelArithmetic {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor[position].op == "Mul" || editor[position].op == "Add" {
      fold(position, &editor)
    }
  }

  private static func fold(_ position: Int, _ editor: inout GraphEditor) {
    let node = editor[position]
    guard node.inputs.count == 2, node.attributes["edge.activation"] == nil else { return }
    for (variable, constant) in [(0, 1), (1, 0)] {
      guard let values = editor.constant(node, constant), let source = editor.producer(of: node.input(variable)),
        editor.onlyUser(of: node.input(variable)) == position, let output = node.output(0),
        let shape = node.input(variable).flatMap({ editor.infos[$0]?.shape }), editor.infos[output]?.shape == shape,
        let channels = perChannel(values, shape)
      else { continue }
      let isProduct = node.op == "Mul"
      guard
        let folded = ChannelScale.folded(
          into: editor[source], editor, factor: { isProduct ? channels[$0] : 1 },
          offset: { isProduct ? 0 : channels[$0] }, channels: channels.count)
      else { continue }
      editor.remove(position)
      ChannelScale.replace(source, with: folded, output: output, &editor)
      return
    }
  }

  /// One number per channel (axis 1), where a constant broadcasts so.
  private static func perChannel(_ tensor: Tensor, _ shape: [Int]) -> [Double]? {
    guard shape.count >= 2, tensor.shape.count <= shape.count else { return nil }
    let channels = shape[1]
    let values = tensor.doubles
    if values.count == 1 { return Array(repeating: values[0], count: channels) }
    let axis = tensor.shape.count - (shape.count - 1)
    guard axis >= 0, values.count == channels, tensor.shape[axis] == channels else { return nil }
    return values
  }
}
