import ArgumentParser
import Graph
import ONNX

/// `convert`: an ONNX model anew, with nodes in the newest opsets' form.
struct ConvertVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes an .onnx model anew, with labels and preprocessing inside if you like.",
    discussion: """
      Operators of older opsets are upgraded, functions inlined, constant nodes and external data become initialisers. \
      Labels and preprocessing go into the file's metadata, where every verb finds them.

      Examples:
        edge-run convert old.onnx -o new.onnx
        edge-run convert mobilenet.onnx --labels labels.txt --preprocess inception -o complete.onnx
      """)

  @Argument(help: "The .onnx model.") var model: String
  @Option(name: .shortAndLong, help: "The .onnx file to write.") var output: String
  @Option(help: "Labels to put into the file: a file with one a line.") var labels: String?
  @Option(help: "Preprocessing to put into the file: a preset's name, or a file.") var preprocess: String?
  @Flag(help: "Replace the output if it exists.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.check()
      var graph = try ModelFile.load(model).graph(verb: "convert")
      if let labels { graph.metadata["labels"] = try LabelFile.read(labels).joined(separator: "\n") }
      if let preprocess { graph.metadata["preprocessing"] = try PreprocessOption.text(preprocess) }
      let opset = try ONNXModel.save(graph, to: output, replace: force)
      if common.json {
        try JSONOutput.write(Summary(file: output, opset: opset, nodes: graph.nodes.count))
      } else {
        Terminal.out("\(output): opset \(opset), \(graph.nodes.count) nodes")
      }
    }
  }

  /// What `--json` prints.
  private struct Summary: Encodable {
    let file: String
    let opset: Int
    let nodes: Int
  }
}
