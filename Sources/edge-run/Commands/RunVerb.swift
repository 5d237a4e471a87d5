import ArgumentParser
import Compiler
import Foundation
import Graph
import ONNX
import Operators
import Runtime

/// `run`: raw tensors in, raw tensors out.
struct RunVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a model on tensors from .npy files and writes its outputs as .npy files.",
    discussion: """
      Inputs without NAME= are taken in the model's order.

      Examples:
        edge-run run model.onnx --input x.npy --output-dir out
        edge-run run model.onnx --input data=x.npy --input shape=s.npy --output-dir out --reference
      """)

  @Argument(help: "The model.") var model: String
  @Option(help: ArgumentHelp("A tensor (repeatable).", valueName: "[NAME=]FILE.npy")) var input: [String] = []
  @Option(help: "The folder for the outputs; made if it is not there.") var outputDir: String
  @Flag(help: "Use the slow, obvious reference interpreter.") var reference = false
  @Flag(help: "Replace outputs that exist.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let set = try common.instructionSet()
      let outputs: [(name: String, tensor: Tensor)]
      do {
        let file = try ModelFile.load(model)
        switch file {
        case .graph(let graph, _): outputs = try run(graph, set ?? .best)
        case .plan: outputs = try run(file.plan(for: set))
        }
      } catch {
        throw Failure(error, subject: model)
      }
      try write(outputs)
    }
  }

  private func run(_ graph: Graph, _ set: InstructionSet) throws -> [(name: String, tensor: Tensor)] {
    let required = graph.inputs.filter { graph.constants[$0] == nil }.map { graph.name(of: $0) }
    let tensors = try inputs(names: required, allowed: graph.inputs.map { graph.name(of: $0) })
    let results: [Tensor]
    if reference {
      let byID = Dictionary(
        graph.inputs.compactMap { id in tensors[graph.name(of: id)].map { (id, $0) } },
        uniquingKeysWith: { first, _ in first })
      try check(graph, tensors)
      results = try ReferenceInterpreter(graph).run(byID)
    } else {
      try check(graph, tensors)
      results = try PlanRunner.run(graph, tensors, threads: common.threadCount(), isa: set.isa)
    }
    return Array(zip(graph.outputs.map { graph.name(of: $0) }, results))
  }

  /// Compares types and shapes with what the model declares, before anything runs.
  private func check(_ graph: Graph, _ tensors: [String: Tensor]) throws {
    for id in graph.inputs {
      let value = graph.values[id.index]
      guard let tensor = tensors[value.name] else { continue }
      if let type = value.type, type != tensor.type {
        throw GraphError.input(
          name: value.name, reason: "the model takes \(type.name), the file has \(tensor.type.name)")
      }
    }
    _ = try InputSpecification(
      values: tensors.filter { name, _ in graph.inputs.contains { graph.name(of: $0) == name } }
    )
    .resolve(graph)
  }

  private func run(_ plan: Plan) throws -> [(name: String, tensor: Tensor)] {
    guard !reference else { throw Failure.usage("--reference needs the .onnx model, not a compiled plan") }
    let names = (0..<plan.inputCount).map(plan.inputName)
    let tensors = try inputs(names: names, allowed: names)
    var session = try Session(plan, threads: common.threadCount())
    for index in 0..<plan.inputCount {
      let view = session.input(index)
      guard let tensor = tensors[names[index]] else { continue }
      let shape = (0..<view.rank).map(view.extent)
      guard tensor.type == view.type, tensor.shape == shape else {
        throw Failure.data(
          "\(model): input '\(names[index])' is \(view.type.name) \(Shape.text(shape)), "
            + "the file has \(tensor.type.name) \(Shape.text(tensor.shape))")
      }
      tensor.copy(to: view)
    }
    session.run()
    return (0..<plan.outputCount).map { (plan.outputName($0), Tensor(copying: session.output($0))) }
  }

  /// The tensors by input name; every name in `names` must be given.
  private func inputs(names: [String], allowed: [String]) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    var unnamed = names.makeIterator()
    for option in input {
      // A name may hold "=", and so may a file: the longest prefix that is an input's name counts.
      let named = allowed.filter { option.hasPrefix($0 + "=") }.max { $0.count < $1.count }
      let file = named.map { String(option.dropFirst($0.count + 1)) } ?? option
      guard let name = named ?? unnamed.next() else {
        throw Failure.usage("--input \(option): the model has only the inputs \(allowed.joined(separator: ", "))")
      }
      guard result[name] == nil else { throw Failure.usage("--input \(option): '\(name)' is given twice") }
      result[name] = try tensor(file)
    }
    let missing = names.filter { result[$0] == nil }
    guard missing.isEmpty else {
      throw Failure.usage("no --input for \(missing.joined(separator: ", "))")
    }
    return result
  }

  private func tensor(_ file: String) throws -> Tensor {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure.missing("\(file): no such tensor file, or it cannot be read")
    }
    do {
      return try NPY.tensor([UInt8](data))
    } catch {
      throw Failure(error, subject: file)
    }
  }

  private func write(_ outputs: [(name: String, tensor: Tensor)]) throws {
    do {
      try FileManager.default.createDirectory(atPath: outputDir, withIntermediateDirectories: true)
    } catch {
      throw Failure.cannotCreate("\(outputDir): cannot be made: \(error.localizedDescription)")
    }
    var summary = Summary(outputs: [])
    var taken: Set<String> = []
    for (position, output) in outputs.enumerated() {
      // Names are the exporter's and may hold anything; files must stay inside the folder.
      let safe = String(output.name.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "_" })
      let stem =
        safe.isEmpty || safe.allSatisfy({ $0 == "." }) || !taken.insert(safe).inserted ? "output\(position)" : safe
      let file = outputDir + "/" + stem + ".npy"
      try OutputFile.write(NPY.bytes(output.tensor), to: file, force: force)
      summary.outputs.append(
        Summary.Output(name: output.name, shape: output.tensor.shape, type: output.tensor.type.name, file: file))
    }
    if common.json {
      try JSONOutput.write(summary)
    } else {
      for output in summary.outputs {
        Terminal.out("\(output.name)  \(output.type)  \(Shape.text(output.shape))  \(output.file)")
      }
    }
  }

  /// The JSON contract's fields.
  private struct Summary: Encodable {
    struct Output: Encodable {
      let name: String
      let shape: [Int]
      let type: String
      let file: String
    }
    var outputs: [Output]
  }
}
