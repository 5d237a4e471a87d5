import ArgumentParser
import Classification

/// `classify`: labels for pictures.
struct ClassifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Labels pictures.",
    discussion: """
      Pictures are JPEG or PNG files; a folder is walked; - reads one picture from standard input. A picture that \
      cannot be read is reported and does not stop the rest; the exit code is 65 at the end.

      Examples:
        edge-run classify signs.edge photo.jpg
        edge-run classify mobilenet.onnx photographs/ --preprocess inception --class-offset 1 --labels labels.txt
        camera | edge-run classify signs.edge --stream mjpeg --json
      """)

  @Argument(help: "The model.") var model: String
  @Argument(help: "Pictures, folders of pictures, or -.") var images: [String] = []
  @Option(help: "How many classes to tell for each picture.") var top = 5
  @Option(help: "Read a camera's pictures from standard input until it ends: mjpeg.") var stream: String?
  @Flag(help: "Show the pictures themselves, on a terminal with 24-bit colours.") var draw = false
  @OptionGroup var classifier: ClassifierArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      guard top > 0 else { throw Failure.usage("--top takes a positive number") }
      guard stream == nil || stream == "mjpeg" else { throw Failure.usage("--stream takes mjpeg only") }
      guard stream == nil ? !images.isEmpty : images.isEmpty else {
        throw Failure.usage(stream == nil ? "no picture given" : "--stream reads standard input: give no pictures")
      }
      let plan = try ModelFile.load(model).plan(for: common.instructionSet())
      var command = ClassifyCommand(
        images: images, readsMotionJPEG: stream != nil, top: top, json: common.json, quiet: common.quiet,
        options: classifier.options(threads: try common.threadCount()))
      command.draws = draw
      do {
        let code = try command.run(plan, program: "edge-run") { Interruption.isRequested }
        if code != 0 { throw ExitCode(code) }
      } catch let error as ClassificationError {
        throw Failure(error, subject: model)
      }
    }
  }
}
