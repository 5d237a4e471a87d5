import Graph
import Operators
import Runtime

/// A layer by itself, as a network of one node: what a target times to predict networks.
///
/// Channels are rounded up to what kernels work in: latency is a staircase of such tiles, and a table of its steps stays
/// small.
struct LayerProbe: Sendable {
  /// Operator, attributes and sizes: layers with the same key take the same time.
  let key: String
  let graph: Graph

  /// Channels are rounded up to a multiple of this.
  static let tile = 8

  /// Nil for a node that is no convolution or product with weights, or of unknown shape.
  init?(_ node: Node, in network: Graph, infos: [ValueID: ValueInfo]) {
    guard ["Conv", "ConvTranspose", "Gemm", "MatMul"].contains(node.op),
      let data = node.input(0).flatMap({ infos[$0] }),
      let weights = node.input(1).flatMap({ infos[$0] }), weights.rank >= 2, data.rank >= 2
    else { return nil }
    var (input, filter) = (data.shape, weights.shape)
    let groups: Int = if case .int(let count) = node.attributes["group"] { count } else { 1 }
    var attributes = node.attributes
    switch node.op {
    case "Conv" where groups == 1:
      filter[0] = LayerProbe.rounded(filter[0])
      (input[1], filter[1]) = (LayerProbe.rounded(input[1]), LayerProbe.rounded(filter[1]))
    case "Conv" where groups == input[1] && filter[0] == groups:
      (input[1], filter[0]) = (LayerProbe.rounded(input[1]), LayerProbe.rounded(filter[0]))
      attributes["group"] = .int(input[1])
    case "Gemm", "MatMul":
      let (rows, columns) = node.attributes["transB"] == .int(1) ? (1, 0) : (0, 1)
      filter[rows] = LayerProbe.rounded(filter[rows])
      filter[columns] = LayerProbe.rounded(filter[columns])
      input[input.count - 1] = filter[rows]
    default: break
    }
    var graph = Graph(name: "layer")
    let x = graph.addValue("x", type: .float32, shape: input.map { .fixed($0) })
    graph.inputs = [x]
    var operands: [ValueID?] = [x, graph.addConstant("w", LayerProbe.numbers(filter))]
    if node.op == "Conv", let bias = node.input(2).flatMap({ infos[$0] }), bias.rank == 1 {
      operands.append(graph.addConstant("b", LayerProbe.numbers([filter[0]])))
    }
    let y = graph.addValue("y", type: .float32)
    graph.outputs = [y]
    graph.nodes = [Node(name: "layer", op: node.op, inputs: operands, outputs: [y], attributes: attributes)]
    let details = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    key = "\(node.op) \(Shape.text(input)) \(Shape.text(filter)) \(details)"
    self.graph = graph
  }

  private static func rounded(_ channels: Int) -> Int {
    channels < tile ? channels : (channels + tile - 1) / tile * tile
  }

  /// Numbers that no processor is faster with than with a network's.
  private static func numbers(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { Float(($0 &* 2_654_435_761) % 2003) / 20_030 - 0.05 }, shape: shape)
  }
}
