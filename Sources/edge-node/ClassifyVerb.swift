import CPlatform
import Classification
import Runtime

/// `edge-node classify`
enum ClassifyVerb {
  static func run(_ words: [String]) throws(NodeError) -> Int32 {
    var common = CommonOptions()
    var command = ClassifyCommand(images: [])
    var arguments = ArgumentReader(words)
    var operands: [String] = []
    while let word = try arguments.next() {
      switch word {
      case .operand(let operand): operands.append(operand)
      case .option(let option):
        if try common.take(option, &arguments) { continue }
        try take(option, &arguments, &command)
      }
    }
    if common.help { return Console.write(Help.classify) ? 0 : 74 }
    guard let model = operands.first else { throw .usage("classify needs a model; --help tells more") }
    command.images = Array(operands.dropFirst())
    guard command.readsMotionJPEG == command.images.isEmpty else {
      throw .usage(
        command.images.isEmpty
          ? "classify needs pictures; --help tells more" : "--stream reads standard input and takes no pictures")
    }
    command.json = common.json
    command.quiet = common.quiet
    command.options.threads = common.threads.first ?? 1
    let plan = try common.load(model)
    do throws(ClassificationError) {
      return try command.run(plan, program: "edge-node") { ep_interrupted() }
    } catch {
      throw .classification(error)
    }
  }

  private static func take(
    _ option: String, _ arguments: inout ArgumentReader, _ command: inout ClassifyCommand
  ) throws(NodeError) {
    switch option {
    case "--top": command.top = try arguments.integer(of: option, 1...1_000_000)
    case "--labels": command.options.labels = try arguments.value(of: option)
    case "--preprocess": command.options.preprocessing = try arguments.value(of: option)
    case "--class-offset": command.options.classOffset = try arguments.integer(of: option, 0...1_000_000)
    case "--draw": command.draws = true
    case "--stream":
      let kind = try arguments.value(of: option)
      guard kind == "mjpeg" else { throw .usage("--stream: '\(kind)' is not known; there is mjpeg") }
      command.readsMotionJPEG = true
    default: throw .usage("classify has no option '\(option)'; --help lists them")
    }
  }
}
