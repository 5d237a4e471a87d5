import Compiler
import Graph
import Imaging
import Runtime

/// A network whose scores are the mean of each colour channel: it tells red, green and blue pictures apart.
struct ColorNetwork {
  var shape = [1, 3, 4, 6]
  var type = ElementType.float32
  var metadata = ["labels": "red\ngreen\nblue\n", "preprocessing": "resize = exact 6x4\ndivide-by = 255\n"]
  /// Scores are divided by it.
  var divisor: Float = 1

  func plan() throws -> Plan {
    var graph = Graph(name: "colors")
    let x = graph.addValue("picture", type: type, shape: shape.map { .fixed($0) })
    graph.inputs = [x]
    let channel = shape.firstIndex(of: 3) ?? 1
    let axes = graph.addConstant(
      "axes", Tensor(shape.indices.filter { $0 != channel }.map { Int64($0) }, shape: [shape.count - 1]))
    let divisor = graph.addConstant("divisor", Tensor([divisor], shape: [1]))
    let mean = graph.addValue("mean")
    let scores = graph.addValue("scores")
    graph.nodes = [
      Node(name: "mean", op: "ReduceMean", inputs: [x, axes], outputs: [mean], attributes: ["keepdims": .int(0)]),
      Node(name: "scale", op: "Div", inputs: [mean, divisor], outputs: [scores], attributes: [:]),
    ]
    graph.outputs = [scores]
    graph.metadata = metadata
    return try Plan(copying: Compiler.compile(graph).bytes)
  }

  /// A picture of one colour as PNG.
  static func picture(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> [UInt8] {
    try ImageEncoder.png(
      RGBImage(width: 30, height: 20) { pixels in
        for index in pixels.indices { pixels[index] = [red, green, blue][index % 3] }
      })
  }
}
