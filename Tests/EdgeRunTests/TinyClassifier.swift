import Graph
import Imaging
import ONNX
import Runtime
import TestSupport

/// A classifier of 8x8 pictures that tells their strongest colour: red, green or blue.
enum TinyClassifier {
  static func graph(labels: String? = "red\ngreen\nblue") -> Graph {
    var graph = Graph(name: "tiny")
    let x = graph.addValue(
      "picture", type: .float32, shape: [.symbolic("N"), .fixed(3), .fixed(8), .fixed(8)])
    graph.inputs = [x]
    // The identity as a 1x1 convolution, scaled up so that the softmax is decided.
    let weights = Tensor((0..<9).map { Float($0 % 4 == 0 ? 20 : 0) }, shape: [3, 3, 1, 1])
    let (y, pooled, scores) = (graph.addValue("y"), graph.addValue("pooled"), graph.addValue("scores"))
    graph.nodes = [
      Node(name: "scale", op: "Conv", inputs: [x, graph.addConstant("w", weights)], outputs: [y]),
      Node(name: "pool", op: "GlobalAveragePool", inputs: [y], outputs: [pooled]),
      Node(name: "flatten", op: "Flatten", inputs: [pooled], outputs: [scores]),
    ]
    graph.outputs = [scores]
    graph.metadata["labels"] = labels
    graph.metadata["preprocessing"] = "cifar10"
    return graph
  }

  /// The model as an ONNX file.
  static func write(to folder: TemporaryFolder, _ graph: Graph = graph()) throws -> String {
    try folder.write(ONNXModel.encode(graph), to: "tiny.onnx")
  }

  /// A picture of one colour, as PNG.
  static func picture(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> [UInt8] {
    let image = try RGBImage(width: 8, height: 8) { pixels in
      for index in pixels.indices { pixels[index] = [red, green, blue][index % 3] }
    }
    return try ImageEncoder.png(image)
  }
}
