import ArgumentParser
import CPlatform
import Runtime

/// What every verb takes but the number of threads, which `bench` takes as a list.
struct RunOptions: ParsableArguments {
  @Option(help: "Instruction set: auto, \(InstructionSet.allCases.map(\.name).joined(separator: ", ")).")
  var isa = "auto"

  @Flag(help: "Print results as JSON on standard output.")
  var json = false

  @Flag(help: "No progress, no warnings.")
  var quiet = false

  /// The instruction set asked for, nil for `auto`; one that this machine lacks is an error.
  func instructionSet() throws -> InstructionSet? {
    guard let set = try InstructionSet.named(isa, option: "--isa") else { return nil }
    guard set.isSupported else {
      throw Failure.usage(
        "--isa \(isa): this machine has no such instructions; it has "
          + InstructionSet.supported.map(\.name).joined(separator: ", "))
    }
    return set
  }
}

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Worker threads (default: the machine's big cores).", valueName: "N"))
  var threads: Int?

  @OptionGroup var run: RunOptions

  var json: Bool { run.json }
  var quiet: Bool { run.quiet }

  /// The number of workers asked for.
  func threadCount() throws -> Int { try threads.map(ThreadsOption.checked) ?? ThreadsOption.standard }

  /// The instruction set asked for, nil for `auto`; one that this machine lacks is an error.
  func instructionSet() throws -> InstructionSet? { try run.instructionSet() }

  /// Checks what a verb without use for it takes all the same: it runs no network.
  func check() throws {
    _ = try threadCount()
    _ = try instructionSet()
  }

  /// Refuses any instruction set but the machine's best, for verbs that run on that one only.
  func requireBestInstructionSet(verb: String) throws {
    guard let set = try instructionSet(), set != .best else { return }
    throw Failure.usage(
      "--isa \(set.name): '\(verb)' runs on this machine's best instruction set only, which is "
        + "\(InstructionSet.best.name): leave --isa away")
  }
}

/// `--threads`.
enum ThreadsOption {
  /// The machine's big cores.
  static var standard: Int { Int(ep_big_cores()) }

  /// A number of threads, or a usage failure.
  static func checked(_ threads: Int) throws -> Int {
    guard (1...64).contains(threads) else { throw Failure.usage("--threads takes 1 to 64, not \(threads)") }
    return threads
  }

  /// Numbers separated by commas.
  static func list(_ text: String?) throws -> [Int] {
    guard let text else { return [standard] }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let count = Int(part) else { throw Failure.usage("--threads \(text): give numbers such as 1,2") }
      return try checked(count)
    }
  }
}

extension InstructionSet {
  /// The set of a name, nil for `auto`.
  static func named(_ name: String, option: String) throws -> InstructionSet? {
    if name == "auto" { return nil }
    guard let set = InstructionSet(name: name) else {
      throw Failure.usage(
        "\(option) \(name): no instruction set; there are auto, \(allCases.map(\.name).joined(separator: ", "))")
    }
    return set
  }
}
