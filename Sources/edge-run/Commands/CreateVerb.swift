import Architectures
import ArgumentParser
import Graph
import Imaging
import ONNX
import Pruning

/// `create`: a built-in architecture with untrained weights as an ONNX file.
struct CreateVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Writes a built-in architecture with untrained weights as an .onnx model.",
    discussion: """
      \(Architecture.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

      Examples:
        edge-run create resnet20 -o resnet20.onnx
        edge-run create resnet18 --classes 5 --size 128 -o small.onnx
        edge-run create mobilenet-v2 --remove-macs 0.5 --seed 7 -o narrow.onnx
      """)

  @Argument(help: "Which architecture.") var name: String
  @Option(name: .shortAndLong, help: "The .onnx file to write.") var output: String
  @Option(help: "Number of classes (default: those of the data set that it was published with).") var classes: Int?
  @Option(help: "Width and height of its pictures (default: the published ones).") var size: Int?
  @Option(help: "The seed that decides the weights, and the channels that --remove-macs takes.") var seed: UInt64 = 1
  @Option(
    help: "Remove channels at random, to odd widths, until this share of the multiply-accumulates is gone (0 to 0.95).")
  var removeMacs: Double = 0
  @Flag(help: "Replace the output if it exists.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.check()
      let architecture = try ArchitectureOption.named(name)
      guard (0...0.95).contains(removeMacs) else {
        throw Failure.usage("--remove-macs takes 0 to 0.95, not \(removeMacs)")
      }
      var graph = try ArchitectureOption.graph(architecture, classes: classes, size: size, seed: seed)
      if removeMacs > 0 {
        graph = try RandomWidths(CoupledChannels(graph), seed: seed).network(withoutMultiplyAccumulates: removeMacs)
      }
      let opset = try ONNXModel.save(graph, to: output, replace: force)
      let parameters = graph.constants.values.filter { $0.type == .float32 }.reduce(0) { $0 + $1.elementCount }
      if common.json {
        try JSONOutput.write(Summary(file: output, parameters: parameters, opset: opset))
      } else {
        Terminal.out("\(output): \(architecture.name), \(parameters) numbers")
      }
    }
  }

  /// What `--json` prints.
  private struct Summary: Encodable {
    let file: String
    /// Running statistics counted.
    let parameters: Int
    let opset: Int
  }
}

/// A built-in architecture on the command line.
enum ArchitectureOption {
  static func named(_ name: String) throws -> Architecture {
    if let architecture = Architecture.named(name) { return architecture }
    let names = Architecture.all.map(\.name)
    let hint = ClosestName.match(for: name, among: names).map { "; did you mean \($0)?" } ?? "."
    throw Failure.missing(
      "\(name): no such file and no built-in architecture\(hint) There are \(names.joined(separator: ", "))")
  }

  static func graph(_ architecture: Architecture, classes: Int?, size: Int?, seed: UInt64) throws -> Graph {
    var parameters = architecture.parameters(seed: seed)
    if let classes { parameters.classCount = classes }
    if let size {
      guard (1...16_384).contains(size) else { throw Failure.usage("--size takes 1 to 16384, not \(size)") }
      parameters.inputSize = PixelSize(square: size)
    }
    do {
      return try architecture.graph(parameters)
    } catch {
      throw Failure(error)
    }
  }
}
