import ArgumentParser
import Campaign
import Classification
import Datasets
import Devices
import Graph
import Imaging
import ONNX
import Pruning
import Runtime
import Training

/// Why a command ends early: what to say, and the exit code of sysexits.h.
struct Failure: Error {
  let message: String
  let code: Int32

  /// Wrong usage.
  static func usage(_ message: String) -> Failure { Failure(message: message, code: 64) }
  /// A malformed or unsupported input.
  static func data(_ message: String) -> Failure { Failure(message: message, code: 65) }
  /// A missing or unreadable input.
  static func missing(_ message: String) -> Failure { Failure(message: message, code: 66) }
  /// An output that cannot be created.
  static func cannotCreate(_ message: String) -> Failure { Failure(message: message, code: 73) }
  /// Reading or writing that failed midway.
  static func io(_ message: String) -> Failure { Failure(message: message, code: 74) }

  /// Ended by Ctrl-C; the same command starts again.
  static func interrupted(_ verb: String) -> Failure { Failure(message: "\(verb): interrupted", code: 75) }

  init(message: String, code: Int32) {
    self.message = message
    self.code = code
  }

  /// An error of any module, with the exit code it stands for. `subject` (a file, say) is put before the message of
  /// errors that do not name it themselves.
  init(_ error: any Error, subject: String? = nil) {
    func named(_ message: String) -> String { subject.map { "\($0): \(message)" } ?? message }
    switch error {
    case let error as Failure: self = error
    case let error as ONNXError: self.init(message: error.message, code: Failure.code(of: error))
    case let error as GraphError: self.init(message: named(error.message), code: 65)
    case let error as PlanError: self.init(message: named(error.message), code: Failure.code(of: error))
    case let error as TrainingError: self.init(message: named(error.message), code: Failure.code(of: error))
    case let error as CheckpointError: self.init(message: error.message, code: error.exitCode)
    case let error as DatasetError: self.init(message: error.message, code: error.exitCode)
    case let error as ClassificationError: self.init(message: named(error.message), code: error.exitCode)
    case let error as ImageError: self.init(message: named(error.message), code: 65)
    case let error as NPYError: self.init(message: named(error.message), code: 65)
    case let error as JobError: self.init(message: error.message, code: error.exitCode)
    case let error as JournalError: self.init(message: error.message, code: error.exitCode)
    case let error as TargetError: self.init(message: error.message, code: error.exitCode)
    case let error as DeviceError: self.init(message: error.message, code: error.exitCode)
    case let error as CampaignError: self.init(message: error.message, code: error.exitCode)
    case let error as PruningError: self.init(message: named(error.message), code: 65)
    case is CancellationError: self.init(message: "interrupted", code: 75)
    default: self.init(message: "\(error)", code: 70)
    }
  }

  private static func code(of error: ONNXError) -> Int32 {
    switch error {
    case .malformed, .unsupported, .graph: 65
    case .unreadable: 66
    case .cannotCreate: 73
    case .writeFailed: 74
    case .notExportable: 70
    }
  }

  private static func code(of error: TrainingError) -> Int32 {
    switch error {
    case .unsuitableNetwork, .graph, .diverged: 65
    case .invalidOptions: 64
    case .plan(let error): code(of: error)
    }
  }

  private static func code(of error: PlanError) -> Int32 {
    switch error {
    case .malformed, .unsupported: 65
    case .unreadable: 66
    case .outOfMemory: 70
    }
  }
}

extension ParsableCommand {
  /// Runs a command's body; a failure is printed on standard error and becomes the exit code.
  func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
      if Terminal.hasLostOutput { throw Failure.io("standard output cannot be written to") }
    } catch let error as ExitCode {
      throw error
    } catch {
      let failure = Failure(error)
      Terminal.error("edge-run: \(failure.message)")
      throw ExitCode(failure.code)
    }
  }
}
