import Graph
import Operators
import Runtime

/// A layer as a network of its own: what a target times to predict networks.
///
/// Convolutions that keep the size of images are timed there and back, in a chain: compilers keep images of such chains in
/// an order of memory that a lone layer would have to pay for. Channels are rounded up, so that a table of layers stays
/// small.
struct LayerProbe: Sendable {
  /// Operator, attributes and sizes: layers with the same key take the same time.
  let key: String
  let graph: Graph
  /// Layers in the network that take as long.
  let repetitions: Int

  /// Channels are rounded up to a multiple of this.
  static let tile = 4
  /// Of a chain, an even number.
  private static let chainLength = 4

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
    let bias = node.op == "Conv" && node.input(2).flatMap { infos[$0] }?.rank == 1
    let output = node.output(0).flatMap { infos[$0]?.shape } ?? []
    let keepsSize = node.op == "Conv" && groups == 1 && output.dropFirst(2) == input.dropFirst(2)
    repetitions = keepsSize ? LayerProbe.chainLength : 1
    let details = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    key = "\(node.op) \(Shape.text(input)) \(Shape.text(filter)) \(details)"
    graph = LayerProbe.chain(
      repetitions, Node(name: "layer", op: node.op, inputs: [], outputs: [], attributes: attributes), input, filter,
      hasBias: bias)
  }

  /// A network of so many layers, every other of which has the filter's first two axes exchanged.
  private static func chain(_ count: Int, _ layer: Node, _ input: [Int], _ filter: [Int], hasBias: Bool) -> Graph {
    var (graph, filter) = (Graph(name: "layer"), filter)
    var x = graph.addValue("x", type: .float32, shape: input.map { .fixed($0) })
    graph.inputs = [x]
    for index in 1...count {
      var node = layer
      node.name += "\(index)"
      node.inputs = [x, graph.addConstant("w\(index)", numbers(filter))]
      if hasBias { node.inputs.append(graph.addConstant("b\(index)", numbers([filter[0]]))) }
      x = graph.addValue("y\(index)", type: .float32)
      node.outputs = [x]
      graph.nodes.append(node)
      filter.swapAt(0, 1)
    }
    graph.outputs = [x]
    return graph
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
