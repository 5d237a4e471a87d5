import Foundation
import NodeProtocol
import Runtime

/// Questions and answers, and what their failing means.
struct NodeDialogue {
  let process: NodeProcess
  /// For messages.
  let address: String
  /// Seconds without a word after which the device counts as gone.
  let patience: Double
  let isStopped: @Sendable () -> Bool

  /// No answer is longer: timings of some plans, millions of numbers.
  private static let maximumAnswerBytes = 1 << 30
  /// Bytes that are shown of what is no message.
  private static let shownBytes = 60

  /// Sends a question and waits for its answer's payload.
  func ask(_ question: MessageKind, _ payload: [UInt8], expecting answer: MessageKind) throws -> [UInt8] {
    try send(question, payload)
    let (kind, bytes) = try receive()
    guard kind == answer else { throw unexpected(kind) }
    return bytes
  }

  /// Where the other side is gone already, waiting for its answer tells why.
  func send(_ kind: MessageKind, _ payload: [UInt8] = []) throws {
    try translating { () throws(MessageError) in
      do throws(MessageError) {
        try process.channel.send(kind, payload)
      } catch {
        guard error == .ended else { throw error }
      }
    }
  }

  /// The next message but signs of life.
  ///
  /// - Throws: `DeviceError.refused` where the device says no.
  func receive() throws -> (kind: MessageKind, payload: [UInt8]) {
    while true {
      let (kind, payload) = try translating { () throws(MessageError) in
        let header = try process.channel.header(within: patience, isStopped: isStopped)
        guard header.byteCount <= NodeDialogue.maximumAnswerBytes else {
          throw MessageError.malformed(reason: "an answer of \(header.byteCount) bytes")
        }
        return (
          header.kind, try process.channel.payload(header.byteCount, within: patience, isStopped: isStopped)
        )
      }
      switch kind {
      case .alive: continue
      case .refused: throw DeviceError.refused(address: address, reason: String(decoding: payload, as: UTF8.self))
      default: return (kind, payload)
      }
    }
  }

  func unexpected(_ kind: MessageKind) -> DeviceError {
    .unreachable(address: address, reason: "it answered something else than was asked (message \(kind.rawValue))")
  }

  /// Runs what speaks with the device or reads its answers.
  func translating<Value>(_ speak: () throws(MessageError) -> Value) throws -> Value {
    do throws(MessageError) {
      return try speak()
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: MessageError) -> any Error {
    let reason: String
    switch error {
    case .stopped: return CancellationError()
    case .ended: reason = process.farewell()
    case .silent: reason = "it has said nothing for \(Int(patience)) seconds"
    case .malformed(let what): reason = "its answer is damaged: \(what)"
    case .system(let number): reason = systemErrorText(number)
    case .foreign(let bytes):
      let rest = (try? process.channel.payload(NodeDialogue.shownBytes, within: 0.2)) ?? []
      let words = String(decoding: bytes + rest, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
      reason =
        "'\(words)' came instead of edge-node's answer: a login script that prints, or another program; what it runs "
        + "must print nothing else"
    }
    return DeviceError.unreachable(address: address, reason: reason)
  }
}
