import Graph
import Operators

/// Moves a factor for every channel of a convolution's input, as squeeze and excitation computes them, from the input to
/// the weights: `conv(x * s, W) = conv(x, W * s)`. Where there are far more inputs than weights a pass over memory is
/// saved; packing the weights in every run costs less.
///
/// Factors that are known were moved already, by `FoldChannelArithmetic`.
enum ScaleWeights {
  /// Inputs for every weight from which on it is worth it: scaling a weight, then packing it, is more work than scaling
  /// an input.
  private static let worthwhileRatio = 4

  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor[position].op == "Mul" { move(position, &editor) }
  }

  private static func move(_ position: Int, _ editor: inout GraphEditor) {
    let product = editor[position]
    guard let output = product.output(0), let user = editor.onlyUser(of: output), editor[user].op == "Conv",
      editor[user].input(0) == output, editor[user].attributes["group"] ?? .int(1) == .int(1),
      let weights = editor[user].input(1), editor.constant(editor[user], 1) != nil,
      let (weightsInfo, info) = infos(weights, output, editor), info.shape[0] == 1,
      let (input, factors) = operands(product, info, editor),
      let weightCount = Shape.elementCount(weightsInfo.shape), let count = Shape.elementCount(info.shape),
      count > worthwhileRatio * weightCount
    else { return }
    let scaled = editor.addValue("\(editor.graph.name(of: output)).weights", weightsInfo)
    var (scaling, convolution) = (product, editor[user])
    scaling.inputs = [weights, factors]
    scaling.outputs = [scaled]
    convolution.inputs[0] = input
    convolution.inputs[1] = scaled
    editor.replace(position, with: scaling)
    editor.replace(user, with: convolution)
  }

  /// Of float32 weights `[N, C, H, W]` and a product `[1, C, H, W]`, the weights' elements not told.
  private static func infos(
    _ weights: ValueID, _ product: ValueID, _ editor: GraphEditor
  ) -> (weights: ValueInfo, product: ValueInfo)? {
    guard let weights = editor.infos[weights], let product = editor.infos[product], weights.type == .float32,
      product.type == .float32, weights.rank == 4, product.rank == 4
    else { return nil }
    return (ValueInfo(type: weights.type, shape: weights.shape), product)
  }

  /// The operand of the product's shape, and the one with a factor a channel.
  private static func operands(
    _ product: Node, _ info: ValueInfo, _ editor: GraphEditor
  ) -> (input: ValueID, factors: ValueID)? {
    for (own, other) in [(0, 1), (1, 0)] {
      guard let input = product.input(own), let factors = product.input(other),
        editor.infos[input]?.shape == info.shape, editor.infos[factors]?.shape == [1, info.shape[1], 1, 1],
        editor.infos[factors]?.constant == nil
      else { continue }
      return (input, factors)
    }
    return nil
  }
}
