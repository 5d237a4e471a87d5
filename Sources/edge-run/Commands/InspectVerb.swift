import ArgumentParser
import Compiler
import Graph
import ONNX
import Operators
import Runtime

/// `inspect`: what is in a model.
struct InspectVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what is in a model: inputs, outputs, layers, size and work.",
    discussion: """
      Examples:
        edge-run inspect mobilenet.onnx
        edge-run inspect mobilenet.onnx --json
      """)

  @Argument(help: "The .onnx model.") var model: String
  @Option(help: "Shape of an input: NAME=1x3x224x224 (repeatable).") var shape: [String] = []
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.check()
      let graph = try ModelFile.load(model).graph(verb: "inspect")
      let specification = try ShapeOption.specification(shape)
      do {
        let infos = try ShapeInference.infer(graph, inputs: specification.resolve(graph))
        let statistics = GraphStatistics(graph, infos: infos)
        let summary = Summary(graph, infos, statistics)
        if common.json { try JSONOutput.write(summary) } else { print(summary) }
      } catch {
        throw Failure(error, subject: model)
      }
    }
  }

  private func print(_ summary: Summary) {
    for (title, values) in [("input", summary.inputs), ("output", summary.outputs)] {
      for value in values { Terminal.out("\(title)  \(value.name)  \(value.type)  \(Shape.text(value.shape))") }
    }
    let operators = summary.operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    Terminal.out("operators  " + operators.map { "\($0.key) x\($0.value)" }.joined(separator: ", "))
    Terminal.out(
      "parameters \(Format.count(summary.parameters)) (\(Format.bytes(summary.weightBytes))), "
        + "multiply-accumulates \(Format.count(summary.macs)), "
        + "activations at most \(Format.bytes(summary.peakActivationBytes)) at a time")
    var table = Table([
      ("layer", .left), ("operator", .left), ("output", .right), ("parameters", .right), ("MACs", .right),
    ])
    for layer in summary.layers where layer.macs > 0 || layer.parameters > 0 {
      table.add([
        layer.name, layer.op, Shape.text(layer.outputShape), Format.count(layer.parameters), Format.count(layer.macs),
      ])
    }
    for line in table.lines { Terminal.out(line) }
  }

  /// The JSON contract's fields.
  private struct Summary: Encodable {
    struct Value: Encodable {
      let name: String
      let type: String
      let shape: [Int]
    }
    struct Layer: Encodable {
      let name: String
      let op: String
      let outputShape: [Int]
      let parameters: Int
      let macs: Int
    }

    let inputs: [Value]
    let outputs: [Value]
    let operators: [String: Int]
    let parameters: Int
    let macs: Int
    let weightBytes: Int
    let peakActivationBytes: Int
    let layers: [Layer]

    /// Written by hand because the key strategy would turn an operator's name into snake case, too.
    init(_ graph: Graph, _ infos: [ValueID: ValueInfo], _ statistics: GraphStatistics) {
      func value(_ id: ValueID) -> Value {
        Value(name: graph.name(of: id), type: infos[id]?.type.name ?? "?", shape: infos[id]?.shape ?? [])
      }
      inputs = graph.inputs.map(value)
      outputs = graph.outputs.map(value)
      operators = statistics.operators
      parameters = statistics.parameters
      macs = statistics.multiplyAccumulates
      weightBytes = statistics.weightBytes
      peakActivationBytes = statistics.peakActivationBytes
      layers = statistics.layers.map {
        Layer(
          name: $0.name, op: $0.op, outputShape: $0.outputShape, parameters: $0.parameters,
          macs: $0.multiplyAccumulates)
      }
    }
  }
}

/// `--shape NAME=1x3x224x224`.
enum ShapeOption {
  static func specification(_ options: [String], batch: Int = 1) throws -> InputSpecification {
    var result = InputSpecification(batch: batch)
    for option in options {
      guard let equals = option.lastIndex(of: "=") else {
        throw Failure.usage("--shape \(option): write NAME=1x3x224x224")
      }
      let extents = option[option.index(after: equals)...].split(separator: "x", omittingEmptySubsequences: false)
      let shape = extents.compactMap { Int($0) }
      guard shape.count == extents.count, Shape.elementCount(shape) != nil else {
        throw Failure.usage("--shape \(option): write NAME=1x3x224x224")
      }
      result.shapes[String(option[..<equals])] = shape
    }
    return result
  }
}
