import AAPPolicy
import Campaign
import Compiler
import Devices
import Foundation
import Graph
import Measure
import NodeProtocol
import TestSupport
import Testing

/// Devices that are really this machine: `edge-node serve` as a program of its own, and programs that are none.
@Suite struct DeviceTests {
  /// The address of edge-node as built, with a shell's words before it.
  private static func node(_ words: String = "exec") throws -> DeviceAddress {
    try DeviceAddress("exec:\(words) '\(Tool.edgeNode.executable.path)' serve")
  }

  private static func plan() throws -> [UInt8] { try Compiler.compile(TinyClassifier.graph()).bytes }

  /// What connecting, or what `ask` does then, fails with.
  private func failure(
    _ command: String, patience: Double = 20, _ ask: (NodeConnection) throws -> Void = { _ in }
  ) throws -> DeviceError? {
    #expect(throws: DeviceError.self) {
      try ask(NodeConnection(DeviceAddress("exec:" + command), patience: patience))
    }
  }

  @Test func measuresAPlan() throws {
    let device = try NodeConnection(DeviceTests.node())
    #expect(device.information.bigCores > 0 && !device.information.machine.isEmpty)
    let plan = try device.load(DeviceTests.plan())
    let reply = try device.benchmark(plan, model: "tiny", threads: 1, runs: 7)
    let object = try #require(JSONSerialization.jsonObject(with: Data(reply.json.utf8)) as? [String: Any])
    #expect(object["model"] as? String == "tiny" && object["runs"] as? Int == 7)
    #expect(reply.tableRow.hasSuffix("tiny") && reply.peakResidentBytes > 100_000)
  }

  @Test func comparesPlansUntilThatIsEnough() throws {
    let device = try NodeConnection(DeviceTests.node())
    let plans = [try device.load(DeviceTests.plan()), try device.load(DeviceTests.plan())]
    var looks: [Int] = []
    let result = try device.compare(
      plans, threads: 1, InterleavedBenchmark(passes: 6...10_000, seconds: 0...60),
      until: {
        looks.append($0.passes)
        return looks.count == 3
      })
    // Asked again whenever there are twice as many.
    let first = try #require(looks.first)
    #expect(first >= 6 && looks == [first, 2 * first, 4 * first])
    #expect(result.passes == looks.last && result.ending == .satisfied)
    #expect(result.subjects.count == 2 && result.subjects.allSatisfy { $0.p50.median > 0 })
    // The device is ready for the next question.
    try device.forget(plans[1])
    #expect(try device.compare([plans[0]], threads: 1, InterleavedBenchmark(passes: 6...6, seconds: 0...1)).passes == 6)
  }

  @Test func refusesWhatItCannotRunAndGoesOn() throws {
    let device = try NodeConnection(DeviceTests.node())
    var damaged = try DeviceTests.plan()
    damaged[damaged.count - 1] ^= 1
    for bytes in [[], [1, 2, 3], damaged] {
      let error = #expect(throws: DeviceError.self) { try device.load(bytes) }
      #expect(error?.exitCode == 69 && error?.message.contains("refused") == true)
    }
    #expect(throws: DeviceError.self) { try device.benchmark(PlanNumber(77), model: "none", threads: 1) }
    let plan = try device.load(DeviceTests.plan())
    #expect(throws: DeviceError.self) { try device.benchmark(plan, model: "tiny", threads: 0, runs: 1) }
    #expect(throws: DeviceError.self) { try device.benchmark(plan, model: "tiny", threads: 65, runs: 1) }
    for _ in 1..<64 { _ = try device.load(DeviceTests.plan()) }
    #expect(throws: DeviceError.self) { try device.load(DeviceTests.plan()) }
    #expect(try device.benchmark(plan, model: "tiny", threads: 2, runs: 3).json.contains("tiny"))
  }

  @Test func tellsWhyThereIsNoDevice() throws {
    #expect(try failure("echo 'no such board' >&2; exit 3")?.message.contains("exit code 3: no such board") == true)
    #expect(try failure("/nowhere/edge-node")?.message.contains("is edge-node there?") == true)
    #expect(try failure("kill -9 $$")?.message.contains("signal 9") == true)
    let chatter = try failure("echo 'Welcome to the board, you have mail'; exec cat")
    #expect(chatter?.message.contains("'Welcome to the board, you have mail'") == true)
    #expect(try failure("exec cat")?.message.contains("something else than was asked") == true)
    #expect(try failure("exec sleep 30", patience: 0.2)?.message.contains("said nothing") == true)
  }

  @Test func noticesADeviceThatGoesAway() throws {
    // The shell ends edge-node in the middle of a measurement of a minute.
    let node = "'\(Tool.edgeNode.executable.path)' serve <&3 3<&- & exec 3<&- <&-; sleep 0.5; kill -9 $!"
    let error = try failure("exec 3<&0; " + node) { device in
      let plan = try device.load(DeviceTests.plan())
      _ = try device.benchmark(plan, model: "tiny", threads: 1, seconds: 60)
    }
    #expect(error?.exitCode == 69)
  }

  @Test func stopsWhenAsked() throws {
    let start = Date()
    #expect(throws: CancellationError.self) {
      _ = try NodeConnection(DeviceAddress("exec:exec sleep 30"), isStopped: { Date().timeIntervalSince(start) > 0.2 })
    }
    #expect(Date().timeIntervalSince(start) < 10)
  }

  @Test func benchMeasuresOnADevice() throws {
    let folder = try TemporaryFolder()
    let model = try TinyClassifier.write(to: folder)
    let target = try DeviceTests.node().text
    let result = try Tool.edgeRun.run(
      ["bench", model, "--target", target, "--threads", "1,2", "--runs", "5", "--json"])
    #expect(result.code == 0 && result.array.compactMap { $0["threads"] as? Int } == [1, 2])
    #expect(result.array.allSatisfy { $0["model"] as? String == model && $0["runs"] as? Int == 5 })
    let compared = try Tool.edgeRun.run(
      ["bench", model, model, "--compare", "--target", target, "--threads", "1", "--runs", "20", "--json", "--quiet"])
    #expect(compared.code == 0 && compared.array.count == 2)
    #expect(compared.array.allSatisfy { $0["ratio"] != nil && ($0["peak_rss_bytes"] as? Int ?? 0) > 100_000 })
    #expect(try Tool.edgeRun.run(["bench", model, "--target", "exec:exit 4"]).code == 69)
    #expect(try Tool.edgeRun.run(["bench", model, "--target", "board"]).code == 64)
    #expect(try Tool.edgeRun.run(["bench", model, "--target", target, "--train"]).code == 64)
  }
}

/// A campaign's questions to a device.
@Suite struct RemoteTargetTests {
  private func target(_ command: String) throws -> RemoteTarget {
    try RemoteTarget(DeviceAddress("exec:" + command), threads: 1, seconds: 0.05, isStopped: { false })
  }

  private var node: String { "exec '\(Tool.edgeNode.executable.path)' serve" }

  @Test func answersACampaign() throws {
    var target = try target(node)
    let network = TinyClassifier.graph()
    #expect(target.circumstances.map(\.name) == ["target", "processor", "instruction set"])
    let latency = try target.compare(network, to: network, key: "k") { _ in true }
    #expect(latency.median.value > 0 && latency.ratio.value > 0.1 && latency.ratio.value < 10)
    let layers = (0..<10).map { (key: "\($0)", graph: network) }
    let shares = try target.shares(layers, of: network)
    #expect(shares.count == 10 && shares.allSatisfy { $0 > 0 })
    #expect(try target.residentBytes(network, key: "k") > 100_000)
  }

  /// The device goes away when a file appears, and is there again when it is called anew.
  @Test func connectsAgain() throws {
    let folder = try TemporaryFolder()
    let (called, gone) = (folder.path("called"), folder.path("gone"))
    // A shell's background programs have no standard input unless they are given one.
    var target = try target(
      """
      if [ -e '\(called)' ]; then \(node); fi
      touch '\(called)'
      exec 3<&0
      '\(Tool.edgeNode.executable.path)' serve <&3 3<&- & exec 3<&- <&-
      while [ ! -e '\(gone)' ]; do sleep 0.02; done
      kill -9 $!
      """)
    let network = TinyClassifier.graph()
    #expect(try target.compare(network, to: network, key: "k") { _ in true }.median.value > 0)
    try Data().write(to: URL(fileURLWithPath: gone))
    Thread.sleep(forTimeInterval: 0.3)
    let error = #expect(throws: TargetError.self) {
      while true { _ = try target.compare(network, to: network, key: "k") { _ in true } }
    }
    #expect(error?.exitCode == 69)
    #expect(try target.compare(network, to: network, key: "k") { _ in true }.median.value > 0)
  }
}
