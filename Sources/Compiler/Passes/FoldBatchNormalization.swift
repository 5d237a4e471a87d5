import Graph
import Operators

/// Folds a batch normalisation into the convolution (or ConvTranspose, Gemm) that alone feeds it:
/// `w' = w * scale / sqrt(variance + epsilon)` along the output channels, and the bias likewise.
enum FoldBatchNormalization {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor[position].op == "BatchNormalization" {
      fold(position, &editor)
    }
  }

  private static func fold(_ position: Int, _ editor: inout GraphEditor) {
    let norm = editor[position]
    guard norm.attributes["training_mode"] ?? .int(0) == .int(0),
      norm.outputs.dropFirst().allSatisfy({ $0 == nil }),
      let source = editor.producer(of: norm.input(0)), editor.onlyUser(of: norm.input(0)) == position,
      let scale = editor.constant(norm, 1)?.doubles, let shift = editor.constant(norm, 2)?.doubles,
      let mean = editor.constant(norm, 3)?.doubles, let variance = editor.constant(norm, 4)?.doubles,
      let folded = ChannelScale.folded(
        into: editor[source], editor,
        factor: { channel in scale[channel] / (variance[channel] + epsilon(norm)).squareRoot() },
        offset: { channel in
          shift[channel] - mean[channel] * scale[channel] / (variance[channel] + epsilon(norm)).squareRoot()
        },
        channels: scale.count)
    else { return }
    editor.remove(position)
    ChannelScale.replace(source, with: folded, output: norm.output(0), &editor)
  }

  private static func epsilon(_ norm: Node) -> Double {
    if case .float(let value) = norm.attributes["epsilon"] { return Double(value) }
    return 1e-5
  }
}
