import Graph
import Operators

/// Folding `y * factor + offset` per output channel into the weights and bias of the node that computes y.
enum ChannelScale {
  /// New weights and bias of a node.
  struct Folded {
    var weights: Tensor
    var bias: Tensor
  }

  /// What the node's weights and bias become, or nil where the node is none that this works for.
  static func folded(
    into node: Node, _ editor: GraphEditor, factor: (Int) -> Double, offset: (Int) -> Double, channels: Int
  ) -> Folded? {
    guard let weights = editor.constant(node, 1), weights.type == .float32 || weights.type == .float64,
      node.input(3) == nil, node.attributes["edge.activation"] == nil,
      let channelOf = channelOf(node, weights.shape, channels)
    else { return nil }
    let bias: [Double]
    if node.input(2) == nil {
      bias = Array(repeating: 0, count: channels)
    } else {
      // A Gemm's may be one a row instead of one a column.
      guard let given = editor.constant(node, 2), given.elementCount == channels, given.shape.last == channels else {
        return nil
      }
      bias = given.doubles
    }
    let scaled = weights.doubles.enumerated().map { $0.element * factor(channelOf($0.offset)) }
    return Folded(
      weights: Tensor(type: weights.type, shape: weights.shape, doubles: scaled),
      bias: Tensor(
        type: weights.type, shape: [channels],
        doubles: (0..<channels).map { bias[$0] * factor($0) + offset($0) }))
  }

  /// The output channel that each weight belongs to, by its position.
  private static func channelOf(_ node: Node, _ shape: [Int], _ channels: Int) -> ((Int) -> Int)? {
    switch node.op {
    case "Conv":
      guard shape.count >= 3, shape[0] == channels else { return nil }
      let perFilter = shape.dropFirst().reduce(1, *)
      return { $0 / perFilter }
    case "ConvTranspose":
      // Weights are [Cin, Cout / groups, kernel...]: input channel i belongs to group i / (Cin / groups).
      guard shape.count >= 3 else { return nil }
      var groups = 1
      if case .int(let value) = node.attributes["group"] { groups = value }
      let taps = shape.dropFirst(2).reduce(1, *)
      guard groups > 0, shape[1] * groups == channels, shape[0] % groups == 0 else { return nil }
      let perGroup = shape[0] / groups
      return { ($0 / (taps * shape[1])) / perGroup * shape[1] + $0 / taps % shape[1] }
    case "Gemm":
      guard node.attributes["alpha"] ?? .float(1) == .float(1), node.attributes["beta"] ?? .float(1) == .float(1),
        shape.count == 2
      else { return nil }
      let transposed = node.attributes["transB"] == .int(1)
      guard shape[transposed ? 0 : 1] == channels else { return nil }
      return transposed ? { $0 / shape[1] } : { $0 % shape[1] }
    default: return nil
    }
  }

  /// Gives the node its new weights and bias and lets it produce `output`.
  static func replace(_ position: Int, with folded: Folded, output: ValueID?, _ editor: inout GraphEditor) {
    var node = editor[position]
    let weights = editor.addConstant(node.name + ".weights", folded.weights)
    let bias = editor.addConstant(node.name + ".bias", folded.bias)
    node.inputs = [node.input(0), weights, bias]
    node.outputs = [output]
    editor.replace(position, with: node)
  }
}
