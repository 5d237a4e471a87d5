import ArgumentParser
import Compiler
import Foundation
import Graph
import Measure
import Operators
import Runtime
import Tuning

/// `compile`: a model into the plan that a device maps and runs.
struct CompileVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compiles an .onnx model into an .edge plan that a device maps and runs.",
    discussion: """
      Labels and preprocessing go into the plan, so that the one file is all that a device needs.

      --tune times the algorithms that convolutions can take on this machine, with --threads threads, instead of \
      estimating which is fastest. What was measured is kept in ~/.cache/edge-run/tuning.json (or in \
      $XDG_CACHE_HOME) for other networks with the same layers; remove the file to measure again.

      Examples:
        edge-run compile signs.onnx -o signs.edge
        edge-run compile mobilenet.onnx --labels labels.txt --preprocess inception -o mobilenet.edge
        edge-run compile signs.onnx --for neon -o signs-pi.edge
        edge-run compile mobilenet.onnx --tune --threads 2 -o mobilenet.edge
      """)

  @Argument(help: "The .onnx model.") var model: String
  @Option(name: .shortAndLong, help: "The .edge file to write.") var output: String
  @Option(name: .customLong("for"), help: "Instruction set of the device (default: what --isa says).")
  var device: String?
  @Option(help: "Shape of an input: NAME=1x3x224x224 (repeatable).") var shape: [String] = []
  @Option(help: "Pictures at a time, where the model leaves it open.") var batch = 1
  @Option(help: "Labels to put into the plan: a file with one a line.") var labels: String?
  @Option(help: "Preprocessing to put into the plan: a preset's name, or a file.") var preprocess: String?
  @Flag(help: "Choose kernels by timing them on this machine.") var tune = false
  @Flag(help: "Replace the output if it exists.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      guard batch > 0 else { throw Failure.usage("--batch takes a positive number") }
      var graph = try ModelFile.load(model).graph(verb: "compile")
      let own = try common.instructionSet() ?? .best
      let set = try device.map { try InstructionSet.named($0, option: "--for") ?? .best } ?? own
      var options = Compiler.Options(inputs: try ShapeOption.specification(shape, batch: batch), isa: set.isa)
      options.inputs.batch = batch
      if let labels { graph.metadata["labels"] = try LabelFile.read(labels).joined(separator: "\n") }
      if let preprocess {
        graph.metadata["preprocessing"] = try PreprocessOption.text(preprocess)
      }
      let result: Compiler.Result
      do {
        result = tune ? try tuned(graph, options, set) : try Compiler.compile(graph, options)
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

  /// Compiles by measured choices, which are kept.
  private func tuned(_ graph: Graph, _ options: Compiler.Options, _ set: InstructionSet) throws -> Compiler.Result {
    guard set.isSupported else {
      throw Failure.usage(
        "--tune measures on this machine, which has no \(set.name): compile on the device, or leave --tune away")
    }
    let threads = try common.threadCount()
    let path = TuningCache.defaultPath(ProcessInfo.processInfo.environment)
    var cache = TuningCache()
    do {
      if let path { cache = try TuningCache(path: path) }
    } catch {
      Terminal.error(error.message)
    }
    let machine = "\(MachineName.current), \(set.name), threads \(threads), \(Self.program)"
    let outcome: AlgorithmTuner.Outcome
    do {
      outcome = try AlgorithmTuner(threads: threads).tune(
        graph, options, &cache.machines[machine, default: [:]], isStopped: { Interruption.isRequested })
    } catch is CancellationError {
      throw Failure.interrupted("compile")
    }
    do {
      if let path, outcome.measured > 0 {
        // Others may have written meanwhile.
        var newest = (try? TuningCache(path: path)) ?? TuningCache()
        newest.machines[machine, default: [:]].merge(cache.machines[machine] ?? [:]) { $1 }
        try newest.save(to: path)
      }
    } catch {
      Terminal.error(error.message)
    }
    if !common.quiet { Terminal.error(Self.message(outcome)) }
    return outcome.result
  }

  /// The program's version and build: another build may have faster kernels.
  private static var program: String {
    let file = Bundle.main.executablePath.flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
    let made = (file?[.modificationDate] as? Date).map { Int($0.timeIntervalSince1970) } ?? 0
    return "edge-run \(EdgeRun.configuration.version), build \(made)"
  }

  private static func message(_ outcome: AlgorithmTuner.Outcome) -> String {
    let layers = "\(outcome.measured) layers timed, \(outcome.known) known"
    guard let ratio = outcome.ratio else { return "\(layers): the estimated choices are the fastest" }
    let text = Format.number(ratio.median, decimals: 3)
    return ratio.median <= 1
      ? "\(layers): \(text) of the time that the estimated choices take"
      : "\(layers): \(text) of the time that the estimated choices take, which are kept"
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
