import ArgumentParser
import Compiler
import Graph
import Runtime

/// `compile`: a model into the plan that a device maps and runs.
struct CompileVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compiles an .onnx model into an .edge plan that a device maps and runs.",
    discussion: """
      Labels and preprocessing go into the plan, so that the one file is all that a device needs.

      Examples:
        edge-run compile signs.onnx -o signs.edge
        edge-run compile mobilenet.onnx --labels labels.txt --preprocess inception -o mobilenet.edge
        edge-run compile signs.onnx --for neon -o signs-pi.edge
      """)

  @Argument(help: "The .onnx model.") var model: String
  @Option(name: .shortAndLong, help: "The .edge file to write.") var output: String
  @Option(name: .customLong("for"), help: "Instruction set of the device (default: this machine's best).")
  var device = "auto"
  @Option(help: "Shape of an input: NAME=1x3x224x224 (repeatable).") var shape: [String] = []
  @Option(help: "Pictures at a time, where the model leaves it open.") var batch = 1
  @Option(help: "Labels to put into the plan: a file with one a line.") var labels: String?
  @Option(help: "Preprocessing to put into the plan: a preset's name, or a file.") var preprocess: String?
  @Flag(help: "Replace the output if it exists.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      guard batch > 0 else { throw Failure.usage("--batch takes a positive number") }
      var graph = try ModelFile.load(model).graph(verb: "compile")
      let set = try InstructionSet.named(device, option: "--for")
      var options = Compiler.Options(inputs: try ShapeOption.specification(shape, batch: batch), isa: set.isa)
      options.inputs.batch = batch
      if let labels { graph.metadata["labels"] = try LabelFile.read(labels).joined(separator: "\n") }
      if let preprocess {
        graph.metadata["preprocessing"] = try PreprocessOption.text(preprocess)
      }
      let result: Compiler.Result
      do {
        result = try Compiler.compile(graph, options)
      } catch {
        throw Failure(error, subject: model)
      }
      try OutputFile.write(result.bytes, to: output, force: force)
      let summary = Summary(result, file: output)
      if common.json {
        try JSONOutput.write(summary)
      } else {
        Terminal.out(
          "\(output): \(Format.bytes(summary.bytes)), arena \(Format.bytes(summary.arenaBytes)), for "
            + set.name)
      }
    }
  }

  /// The JSON contract's fields.
  private struct Summary: Encodable {
    let file: String
    let bytes: Int
    let arenaBytes: Int
    /// Instructions by kind.
    let kernels: [String: Int]

    init(_ result: Compiler.Result, file: String) {
      self.file = file
      bytes = result.bytes.count
      arenaBytes = result.bytes.withUnsafeBytes { Int($0.loadUnaligned(as: PlanHeader.self).arenaBytes) }
      let header = result.bytes.withUnsafeBytes { $0.loadUnaligned(as: PlanHeader.self) }
      kernels = result.bytes.withUnsafeBytes { bytes in
        let range = Int(header.instructions.offset)..<Int(header.instructions.offset + header.instructions.bytes)
        var counts: [String: Int] = [:]
        for element in InstructionStream(UnsafeRawBufferPointer(rebasing: bytes[range])) {
          counts["\(element.opcode)", default: 0] += 1
        }
        return counts
      }
    }
  }
}
