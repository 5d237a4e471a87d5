import CPlatform
import Runtime

/// The board's program: verbs, and how their errors become messages and exit codes.
enum EdgeNode {
  /// Runs what the command line asks for. Returns the exit code (sysexits, as CLI.md lists them).
  static func run() -> Int32 {
    var copied = ep_arguments()
    let error = ep_copy_arguments(&copied)
    guard error == 0 else {
      Console.complain("edge-node: cannot read the arguments: \(systemErrorText(error))")
      return 70
    }
    defer { ep_free_arguments(copied) }
    let words = UnsafeBufferPointer(start: copied.values, count: Int(copied.count)).map { word in
      word.map { String(cString: $0) } ?? ""
    }
    ep_watch_interrupts()
    do throws(NodeError) {
      return try run(Array(words.dropFirst()))
    } catch {
      Console.complain("edge-node: \(error.message)")
      return error.exitCode
    }
  }

  private static func run(_ words: [String]) throws(NodeError) -> Int32 {
    guard let verb = words.first else {
      Console.complain(Help.overview)
      return 64
    }
    let rest = Array(words.dropFirst())
    switch verb {
    case "classify": return try ClassifyVerb.run(rest)
    case "bench": return try BenchVerb.run(rest)
    case "info": return try InfoVerb.run(rest)
    case "serve": return try ServeVerb.run(rest)
    case "help", "--help", "-h": return Console.write(Help.overview) ? 0 : 74
    default: throw .usage("there is no verb '\(verb)': classify, bench, info, serve; --help tells more")
    }
  }
}
