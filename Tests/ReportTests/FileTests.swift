import AAPPolicy
import Foundation
import Report
import Testing

/// `front.json` and `rounds.csv`.
@Suite struct FileTests {
  @Test func frontRoundTrip() throws {
    for (name, summary) in StrangeCampaigns.all {
      let file = FrontFile(summary)
      let read = try JSONDecoder().decode(FrontFile.self, from: Data(file.json().utf8))
      #expect(read == file, "\(name)")
    }
  }

  @Test func frontKeys() throws {
    let summary = MadeUpCampaign().summary
    let json = try JSONSerialization.jsonObject(with: Data(FrontFile(summary).json().utf8))
    let object = try #require(json as? [String: Any])
    #expect(Set(object.keys) == ["objective", "bounds", "baseline", "best", "front"])
    #expect(object["objective"] as? String == "latency-p50")
    #expect(object["bounds"] as? [String: Double] == ["accuracy-loss": 0.5, "plan-bytes": 1_000_000])
    let best = try #require(object["best"] as? [String: Any])
    #expect(
      Set(best.keys) == [
        "name", "model", "plan", "latency_ms_p50", "parameters", "macs", "memory_bytes", "validation_top1",
        "test_top1",
      ])
    #expect(best["plan"] as? String == "networks/final.edge")
    let latency = try #require(best["latency_ms_p50"] as? Double)
    #expect(abs(latency - (summary.best?.measured[.latency]?.value ?? 0)) < 1e-12)
    #expect((best["parameters"] as? Double) == summary.best?.measured[.parameters]?.value)
    #expect((object["front"] as? [Any])?.count == summary.front.count)
    // What is missing is there as null.
    let front = try #require(object["front"] as? [[String: Any]])
    #expect(front.contains { $0["test_top1"] is NSNull })
    let nothing = FrontFile(MadeUpCampaign(rounds: 0).summary)
    #expect(try nothing.json().contains("\"best\" : null"))
  }

  @Test func roundsRoundTrip() throws {
    for (name, summary) in StrangeCampaigns.all {
      let text = RoundsFile(summary).text
      let table = Self.parsed(text)
      #expect(text.hasSuffix("\r\n"))
      #expect(table.count == 1 + summary.rounds.count + summary.finals.count, "\(name)")
      let columns = Dictionary(uniqueKeysWithValues: (table.first ?? []).enumerated().map { ($1, $0) })
      #expect(columns.count == 21)
      for (row, record) in zip(table.dropFirst(), summary.rounds) {
        #expect(row.count == columns.count, "\(name)")
        func field(_ key: String) throws -> String { row[try #require(columns[key])] }
        #expect(try field("round") == "\(record.round.number)")
        #expect(try field("decision") == record.decision.rawValue)
        #expect(try field("reason") == record.reason)
        #expect(try field("network") == record.network.name)
        #expect(try field("model") == record.network.model ?? "")
        let lowered = row.map { $0.lowercased() }
        #expect(!lowered.contains("nan") && !lowered.contains("inf") && !lowered.contains("-inf"), "\(name)")
        if let latency = record.network.measured[.latency]?.value, name == "usual" {
          #expect(abs((Double(try field("latency_ms_p50")) ?? 0) - latency) < 1e-9)
        }
      }
      for (row, record) in zip(table.dropFirst(1 + summary.rounds.count), summary.finals) {
        func field(_ key: String) throws -> String { row[try #require(columns[key])] }
        #expect(row.count == columns.count, "\(name)")
        #expect(try field("round").isEmpty && field("threshold").isEmpty && field("increment").isEmpty)
        #expect(try field("start") == "\(record.training.round)")
        #expect(try field("decision") == record.decision.rawValue)
        #expect(try field("reason") == record.reason)
        #expect(try field("network") == record.network.name)
      }
    }
  }

  @Test func roundsKnowTests() throws {
    var summary = MadeUpCampaign().summary
    let (first, best) = (try #require(summary.front.first), try #require(summary.best))
    summary.front[0].testTop1 = 0.8765
    let table = Self.parsed(RoundsFile(summary).text)
    let column = try #require(table[0].firstIndex(of: "test_top1"))
    let name = try #require(table[0].firstIndex(of: "network"))
    let tests = Dictionary(uniqueKeysWithValues: table.dropFirst().map { ($0[name], $0[column]) })
    #expect(first.name != best.name)
    #expect(tests[first.name] == "0.8765")
    #expect(tests[best.name] == "0.8794")
    #expect(tests.values.filter { !$0.isEmpty }.count == 2)
  }

  @Test func quotedFields() {
    var summary = MadeUpCampaign(rounds: 1).summary
    summary.rounds[0].reason = "say \"no\", twice\r\nand again"
    let text = RoundsFile(summary).text
    #expect(text.contains(",\"say \"\"no\"\", twice\r\nand again\","))
    #expect(Self.parsed(text)[1][3] == summary.rounds[0].reason)
  }

  /// RFC 4180, strictly.
  private static func parsed(_ text: String) -> [[String]] {
    var table: [[String]] = []
    var (row, field) = ([String](), String.UnicodeScalarView())
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "\"" where isQuoted && index < scalars.count && scalars[index] == "\"":
        field.append("\"")
        index += 1
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(String(field))
        field = .init()
      case "\r" where !isQuoted && index < scalars.count && scalars[index] == "\n":
        index += 1
        table.append(row + [String(field)])
        (row, field) = ([], .init())
      default: field.append(scalar)
      }
    }
    return table
  }
}
