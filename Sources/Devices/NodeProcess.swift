import CPlatform
import Foundation
import NodeProtocol
import Runtime

/// A program that was started to speak with, such as ssh to a board, and the connection to it.
final class NodeProcess {
  private let process: Process
  private let socket: Int32
  /// What the program writes to its standard error.
  private let errors: FileHandle
  let channel: MessageChannel

  /// How long the program may take nothing.
  private static let sendingPatience: UInt32 = 60_000
  /// How long it may take to leave when the connection has ended, and again when it is asked to.
  private static let leavingSeconds = 2.0
  private static let keptErrorBytes: UInt64 = 4096

  /// Starts a program.
  ///
  /// - Parameter words: The program's path and its arguments.
  init(_ words: [String], address: String) throws(DeviceError) {
    var ends: [Int32] = [-1, -1]
    let error = ep_socket_pair(&ends)
    guard error == 0 else { throw .unreachable(address: address, reason: systemErrorText(error)) }
    let theirs = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    // The program alone may hold its end: it is how its leaving is seen.
    defer { try? theirs.close() }
    guard let errors = NodeProcess.unnamedFile() else {
      ep_close(ends[0])
      throw .unreachable(address: address, reason: "no temporary file for the program's messages can be made")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.standardInput = theirs
    process.standardOutput = theirs
    process.standardError = errors
    do {
      try process.run()
    } catch {
      ep_close(ends[0])
      throw .unreachable(address: address, reason: "\(words[0]) does not start: \(error.localizedDescription)")
    }
    self.process = process
    self.errors = errors
    socket = ends[0]
    channel = MessageChannel(
      input: ends[0], output: ends[0], sending: .socket(patience: NodeProcess.sendingPatience))
  }

  /// The program sees the end of its input and leaves; where it does not it is made to.
  deinit {
    ep_close(socket)
    if !hasLeft() {
      process.terminate()
      if !hasLeft() { kill(process.processIdentifier, SIGKILL) }
    }
  }

  private func hasLeft() -> Bool {
    let end = Date().addingTimeInterval(NodeProcess.leavingSeconds)
    while process.isRunning && Date() < end { Thread.sleep(forTimeInterval: 0.005) }
    return !process.isRunning
  }

  /// Why the connection ended: the program's exit code and the last line of its messages.
  func farewell() -> String {
    guard hasLeft() else { return "the connection ended" }
    let status = process.terminationStatus
    let end = process.terminationReason == .exit ? "ended with exit code \(status)" : "was ended by signal \(status)"
    // The shell's way to say that there is no such program.
    let remedy =
      status == 127 ? " (is edge-node there? It is looked for in the PATH, on a board in the home folder too)" : ""
    return [end + remedy, lastMessage()].compactMap { $0 }.joined(separator: ": ")
  }

  private func lastMessage() -> String? {
    guard let size = try? errors.seekToEnd() else { return nil }
    try? errors.seek(toOffset: size - min(size, NodeProcess.keptErrorBytes))
    let text = String(decoding: (try? errors.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).last.map(String.init)
  }

  /// A file that is gone when it is closed.
  private static func unnamedFile() -> FileHandle? {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("edge-run-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: path.path, contents: nil) else { return nil }
    defer { try? FileManager.default.removeItem(at: path) }
    return try? FileHandle(forUpdating: path)
  }
}
