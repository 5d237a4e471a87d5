import ArgumentParser

/// The command line. Each verb has a file of its own in `Commands`; see CLI contract in the README.
@main
struct EdgeRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edge-run",
    abstract: "Runs convolutional networks on small computers.",
    discussion: """
      A MODEL is an .onnx file or a compiled .edge file. Results go to standard output (--json for programs), \
      progress, warnings and errors to standard error.

      Examples:
        edge-run classify mobilenet.onnx photo.jpg
        edge-run eval mobilenet.onnx --data photographs/
        edge-run compile mobilenet.onnx -o mobilenet.edge
        edge-run bench mobilenet.edge --threads 1,2

      Exit codes: 0 done, 64 wrong usage, 65 malformed or unsupported input, 66 input missing, 69 target out of reach, \
      70 a bug, 73 output cannot be created, 74 reading or writing failed midway, 75 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      ClassifyVerb.self, EvalVerb.self, RunVerb.self, BenchVerb.self, ProfileVerb.self, InspectVerb.self,
      CompileVerb.self, ConvertVerb.self, CreateVerb.self, TrainVerb.self, PruneVerb.self, ReportVerb.self,
      DatasetVerb.self,
    ])

  static func main() {
    Interruption.install()
    Self.main(nil)
  }
}
