import Foundation
import TestSupport
import Testing

/// One of the programs as a user runs it.
struct Tool {
  let name: String

  static let edgeRun = Tool(name: "edge-run")
  static let edgeNode = Tool(name: "edge-node")

  /// What a run of a program came to.
  struct Result {
    let code: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The objects printed, one a line.
    var objects: [[String: Any]] {
      text.split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
    }

    /// The array printed.
    var array: [[String: Any]] { ((try? JSONSerialization.jsonObject(with: output)) as? [[String: Any]]) ?? [] }
  }

  /// The program's file: the build puts it beside the tests.
  var executable: URL {
    let folder = Bundle.main.executableURL?.deletingLastPathComponent() ?? URL(fileURLWithPath: ".")
    return folder.appendingPathComponent(name)
  }

  /// A device on which every write fails, as on a disk that is full.
  static let fullDisk = "/dev/full"

  /// Runs the program to its end, at most a minute.
  ///
  /// - Parameters:
  ///   - input: What it reads; nil for an input on which nothing ever comes.
  ///   - environment: In addition to the tests' own.
  ///   - output: Where its results go instead of into the result.
  ///   - errors: The same for everything else.
  ///   - isInterruption: Asked with its number, again and again, until it says that now is the moment for Ctrl-C.
  func run(
    _ arguments: [String], input: Data? = Data(), environment: [String: String] = [:], output: String? = nil,
    errors: String? = nil, interruptedWhen isInterruption: (Int32) -> Bool = { _ in false }
  ) throws -> Result {
    let folder = try TemporaryFolder()
    let files = ["in", "out", "err"].map { folder.path("\($0)") }
    try (input ?? Data()).write(to: URL(fileURLWithPath: files[0]))
    let silence = Pipe()
    for file in files[1...] { try Data().write(to: URL(fileURLWithPath: file)) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput =
      input == nil ? silence : try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output ?? files[1]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors ?? files[2]))
    try process.run()
    let deadline = Date().addingTimeInterval(60)
    var isInterrupted = false
    while process.isRunning && Date() < deadline {
      if !isInterrupted, isInterruption(process.processIdentifier) {
        process.interrupt()
        isInterrupted = true
      }
      usleep(2000)
    }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "\(name) \(arguments.joined(separator: " ")) crashed or hung")
    return Result(
      code: process.terminationStatus, output: try Data(contentsOf: URL(fileURLWithPath: files[1])),
      errors: try String(contentsOfFile: files[2], encoding: .utf8))
  }

  /// Whether a process has a handler for Ctrl-C by now.
  static func catchesInterrupts(_ process: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") } ?? ""
    let mask = line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
    return mask & 1 << UInt64(SIGINT - 1) != 0
  }
}
