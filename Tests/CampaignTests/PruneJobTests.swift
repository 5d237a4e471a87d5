import AAPPolicy
import Campaign
import Foundation
import Testing

@Suite struct PruneJobTests {
  private func failure(_ yaml: String) -> JobError? {
    do throws(JobError) {
      _ = try PruneJob(yaml: yaml, path: "job.yaml")
      return nil
    } catch {
      return error
    }
  }

  @Test func aWholeJob() throws {
    let job = try PruneJob(
      yaml: """
        # comments are fine
        model: net.onnx
        data: pictures/
        objective: parameters
        bounds:
          accuracy-loss: 0.5
          latency-p50: 50%
          plan-bytes: 1_000_000
        budget: 1h30m
        channels: all
        early-rejection: no
        round-epochs: 3
        target: "replay:figures.json"
        """, path: "job.yaml")
    #expect(job.model == "net.onnx" && job.objective == .parameters && job.channels == .all && !job.rejectsEarly)
    #expect(job.bounds == [.accuracyLoss: .absolute(0.5), .latency: .share(0.5), .planBytes: .absolute(1e6)])
    #expect(job.budget == 5400 && job.roundEpochs == 3 && job.target == "replay:figures.json")
    #expect(job.settings["bounds.latency-p50"] == "50%" && job.settings["budget"] == "1h30m")
  }

  @Test func defaultsAreTheTables() throws {
    let job = try PruneJob(yaml: "model: a\ndata: b", path: "job.yaml")
    var expected = PruneJob()
    (expected.model, expected.data, expected.settings) = ("a", "b", ["model": "a", "data": "b"])
    #expect(job == expected)
    #expect(Set(JobKey.all.map(\.name)).count == JobKey.all.count)
  }

  /// They would end the search before it begins.
  @Test func stepsBelowTheFloorAreRefused() throws {
    #expect(failure("model: a\ndata: b\nincrement: 0.01")?.message.contains("less than floor") ?? false)
    #expect(failure("model: a\ndata: b\nincrement: 0.01\nfloor: 0.01") == nil)
  }

  /// The documentation has every key, with its default and meaning as the table says.
  @Test func everyKeyIsDocumented() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/prune-jobs.md"), encoding: .utf8)
    for key in JobKey.all {
      let row = "| `\(key.name)` | \(key.fallback) | \(key.meaning) |"
      #expect(text.contains(row), "docs/prune-jobs.md lacks: \(row)")
    }
    for quantity in Quantity.allCases { #expect(text.contains("`\(quantity.rawValue)`")) }
  }

  @Test func mistakesAreNamedWithTheirLine() {
    #expect(
      failure("model: a\ndata: b\nobjectve: latency-p50")?.message
        == "job.yaml:3: unknown key 'objectve': did you mean 'objective'?")
    #expect(failure("model: a\ndata: b\nbounds:\n  latency: 3")?.line == 4)
    #expect(
      failure("model: a\ndata: b\nbounds:\n  latency-p5: 3")?.reason.contains("did you mean 'latency-p50'?") == true)
    #expect(failure("model: a\ndata: b\nbounds:\n  accuracy-loss: 50%")?.line == 4)
    #expect(
      failure("model: a\ndata: b\nrounds: many")?.message
        == "job.yaml:3: rounds: 'many': give a whole number from 1 to 10000")
    #expect(failure("model: a\ndata: b\nrounds: 0")?.line == 3)
    #expect(failure("model: a\ndata: b\nrounds: [1, 2]")?.reason == "'rounds' takes a single value")
    #expect(failure("model: a")?.reason.contains("'data' is missing") == true)
    #expect(failure("model: a\nmodel: b\ndata: c")?.reason.contains("twice") == true)
    #expect(failure("model: a\ndata: [b")?.line != nil)
    #expect(failure("- a\n- b") != nil)
    #expect(failure("") != nil)
    #expect(failure(String(repeating: "# long\n", count: 20_000)) != nil)
    #expect(failure("model: a\ndata: b\ncriterion: tailor")?.reason.contains("taylor") == true)
    #expect(failure("model: a\ndata: b\nschedule: cosin")?.reason.contains("cosine, step") == true)
    #expect(failure("model: a\ndata: b\nfinal-schedule: cosine:final=2")?.reason.contains("from 0") == true)
    #expect(failure("model: a\ndata: b\naugment: crop:4,flop")?.reason.contains("flop") == true)
    #expect(failure("model: a\ndata: b\nfinal-augment: mixup:-1")?.reason.contains("mixup") == true)
    #expect(failure("model: a\ndata: b\nbudget: soon")?.reason.contains("90m") == true)
  }

  /// Any bytes are either a job or an error, never a crash.
  @Test func mutations() {
    let good = Array("model: a\ndata: b\nbounds:\n  latency-p50: 50%\n  accuracy-loss: 1\nbudget: 2h\nseed: 3\n".utf8)
    var state: UInt64 = 5
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let signs = Array("&*[]{}:,'\"\n\t-?|>%@!#".utf8)
    var refused = 0
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0...random(4) {
        switch random(4) {
        case 0: bytes[random(bytes.count)] = UInt8(random(128))
        case 1: bytes.remove(at: random(bytes.count))
        case 2: bytes.insert(signs[random(signs.count)], at: random(bytes.count))
        default: bytes += bytes.prefix(random(bytes.count))
        }
      }
      if failure(String(decoding: bytes, as: UTF8.self)) != nil { refused += 1 }
    }
    #expect(refused > 1000)
  }
}
