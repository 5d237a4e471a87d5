import AAPPolicy
import Campaign
import Foundation
import TestSupport
import Testing

@Suite struct JournalTests {
  private let folder: TemporaryFolder
  private let header = JournalHeader(
    program: "test", began: "2026-01-01T00:00:00Z", settings: ["seed": "1", "budget": "1h"], model: "m", pictures: "p")

  init() throws { folder = try TemporaryFolder() }

  private func entry(_ number: Int) throws -> JournalEntry {
    let round = try JSONDecoder().decode(
      AdaptiveThreshold.Round.self, from: Data(#"{"number":\#(number),"threshold":0.5,"increment":0.1}"#.utf8))
    return .round(
      record: RoundRecord(
        round: round, decision: .accepted, reason: "line\nbreak \"quoted\"",
        network: NetworkRecord(
          name: "round-\(number)", measured: [.latency: MeasuredValue(1.5, lower: 1, upper: 2)], validationTop1: 0.9,
          layers: []), seconds: 3),
      training: TrainingRecord(epochs: 1, secondsPerEpoch: 2, validationTop1: [0.1, 0.2]))
  }

  @Test func entriesComeBack() throws {
    let path = folder.path("journal.jsonl")
    var journal = try Journal(creating: path, header: header)
    for number in 0..<3 { try journal.append(entry(number)) }
    let read = try Journal(path: path)
    #expect(read.entries == journal.entries && read.entries.count == 4 && read.header == header)
  }

  /// Killed at any byte: whole lines stay, half a line goes, and what follows is read again.
  @Test func aLineCutShortIsDropped() throws {
    let path = folder.path("journal.jsonl")
    var journal = try Journal(creating: path, header: header)
    try journal.append(entry(0))
    let whole = try #require(FileManager.default.contents(atPath: path))
    let first = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
    for count in stride(from: 0, to: whole.count, by: 7) {
      try whole.prefix(count).write(to: URL(fileURLWithPath: path))
      var cut = try Journal(path: path)
      #expect(cut.entries.count == (count < first ? 0 : 1))
      try cut.append(entry(1))
      #expect(try Journal(path: path).entries.last == entry(1))
    }
  }

  @Test func aLineThatWasChangedIsNamed() throws {
    let path = folder.path("journal.jsonl")
    var journal = try Journal(creating: path, header: header)
    try journal.append(entry(0))
    try journal.append(entry(1))
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    lines[1] = "{\"round\":1}"
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: JournalError.malformed(path: path, line: 2)) { try Journal(path: path) }
    #expect(throws: JournalError.missing(path: folder.path("none"))) { try Journal(path: folder.path("none")) }
  }

  @Test func otherCampaignsAreRefused() {
    var other = header
    #expect(header.difference(from: other) == nil)
    other.settings["budget"] = "2h"
    #expect(header.difference(from: other) == nil, "a budget may grow")
    other.settings["seed"] = "2"
    #expect(header.difference(from: other) == "'seed' was '2', now it is '1'")
    other = header
    other.pictures = "q"
    #expect(header.difference(from: other) == "the data set has changed")
    other = header
    other.model = "n"
    #expect(header.difference(from: other) == "the model file has changed")
  }

  @Test func aFullDiskIsAnError() throws {
    guard FileManager.default.isWritableFile(atPath: "/dev/full") else { return }
    #expect(throws: JournalError.self) {
      var journal = try Journal(creating: folder.path("missing-folder/journal.jsonl"), header: header)
      try journal.append(entry(0))
    }
  }
}
