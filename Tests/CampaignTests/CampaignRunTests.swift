import AAPPolicy
import Architectures
import Campaign
import Compiler
import Datasets
import Foundation
import Graph
import Imaging
import ONNX
import Operators
import Runtime
import Synchronization
import TestSupport
import Testing
import Training

/// Whole campaigns: a real small network on drawn pictures, real cuts and trainings, on a target that exists on paper.
@Suite struct CampaignRunTests {
  private let folder: TemporaryFolder
  private let data: String
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    data = folder.path("shapes")
    model = folder.path("model.onnx")
    try GeneratedDatasetWriter(.shapes, folder: data, count: 240, seed: 3, size: 32).write(threads: 2)
    let architecture = try #require(Architecture.named("signnet"))
    var parameters = architecture.parameters(seed: 3)
    parameters.classCount = 12
    parameters.inputSize = PixelSize(square: 32)
    try ONNXModel.save(architecture.graph(parameters), to: model, replace: true)
  }

  private func job(_ lines: String) throws -> PruneJob {
    try PruneJob(
      yaml: """
        model: \(model)
        data: \(data)
        validation: 0.3
        batch: 16
        calibration-pictures: 64
        round-epochs: 2
        final-epochs: 2
        training-threads: 2
        early-rejection: no
        \(lines)
        """, path: "job.yaml")
  }

  private func campaign(
    _ job: PruneJob, _ name: String, _ target: any MeasurementTarget = ModelTarget(),
    _ beginning: Campaign.Beginning = .new, data: String? = nil, test: String? = nil,
    isStopped: @escaping @Sendable () -> Bool = { false }, report: @escaping (CampaignEvent) -> Void = { _ in }
  ) throws -> Campaign {
    var pictures = TrainingJob(
      network: try ONNXModel.load(path: job.model).graph, learning: try Dataset.open(data ?? job.data),
      seed: UInt64(job.seed))
    pictures.validation = .part(try PartSize(text: job.validation))
    pictures.test = try test.map { try Dataset.open($0) }
    pictures.augmentation = try Augmentation(text: "crop:2")
    return try Campaign(
      job, folder: CampaignFolder(folder.path(name)), target: target,
      Campaign.Surroundings(
        text: "job", modelHash: "1", pictures: pictures, teacher: nil, threads: 2, program: "test",
        isStopped: isStopped, report: report), beginning)
  }

  /// Everything that networks of a folder are, by name.
  private func networks(_ name: String) throws -> [String: Data] {
    let path = folder.path(name) + "/networks"
    var result: [String: Data] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: path) {
      result[file] = FileManager.default.contents(atPath: "\(path)/\(file)")
    }
    return result
  }

  /// Output channels of the layers with weights.
  private func widths(_ network: Graph) throws -> [Int] {
    let infos = try ShapeInference.infer(network, inputs: InputSpecification(batch: 1).resolve(network))
    return zip(network.nodes, GraphStatistics(network, infos: infos).layers).compactMap { node, layer in
      guard layer.multiplyAccumulates > 0, let shape = node.output(0).flatMap({ infos[$0]?.shape }) else { return nil }
      return shape[1]
    }
  }

  @Test func latencyIsHalved() throws {
    var campaign = try campaign(
      job(
        """
        objective: accuracy-loss
        bounds: {latency-p50: 60%}
        channel-multiple: 1
        rounds: 8
        increment: 0.5
        """), "half")
    let summary = try campaign.run()
    let best = try #require(summary.best)
    let before = try #require(summary.baseline.measured[.latency]).value
    let after = try #require(best.measured[.latency]).value
    #expect(after <= 0.6 * before)
    #expect(best.measured[.parameters]?.value ?? .infinity < summary.baseline.measured[.parameters]?.value ?? 0)
    // What is on the disk is the network of the record: smaller, valid, and it runs.
    let (model, plan) = (try #require(best.model), try #require(best.plan))
    let network = try ONNXModel.load(path: folder.path("half/\(model)")).graph
    let infos = try ShapeInference.infer(network, inputs: InputSpecification(batch: 1).resolve(network))
    let statistics = GraphStatistics(network, infos: infos)
    #expect(Double(statistics.parameters) == best.measured[.parameters]?.value)
    #expect(network.metadata["labels"]?.split(separator: "\n").count == 12)
    #expect(FileManager.default.fileExists(atPath: folder.path("half/\(plan)")))
    #expect(FileManager.default.fileExists(atPath: folder.path("half/best.onnx")))
    for round in summary.rounds where round.decision == .accepted {
      #expect((round.network.measured[.latency]?.upper ?? 9) <= 0.6 * before)
    }
  }

  /// Stopped at many moments and gone on with: the same networks, bit by bit.
  @Test func goingOnEndsInTheSameBits() throws {
    let job = try job(
      """
      objective: parameters
      bounds: {accuracy-loss: 60}
      rounds: 4
      increment: 0.3
      final-trainings: 1
      """)
    var whole = try campaign(job, "whole")
    let expected = try whole.run()
    #expect(expected.rounds.count == 4)
    for (number, limit) in [3, 17, 40, 71].enumerated() {
      let name = "stopped-\(number)"
      var summary: CampaignSummary?
      var attempts = 0
      while summary == nil, attempts < 60 {
        attempts += 1
        let steps = Steps(limit: limit)
        do {
          var campaign = try campaign(job, name, ModelTarget(), .resumed, isStopped: { steps.areOver }) { event in
            if case .training = event { steps.count() }
          }
          summary = try campaign.run()
        } catch is CancellationError {
          // What is left of a file where the program is killed while it writes.
          #expect(FileManager.default.createFile(atPath: folder.path("\(name)/networks/.edge-1-0.tmp"), contents: nil))
        }
      }
      #expect(attempts > 1)
      #expect(try networks(name) == networks("whole"), "stopped after every \(limit) steps")
      #expect(summary?.best?.name == expected.best?.name)
    }
  }

  /// Choosing tells how far it is, and ends where it is stopped, not only between its parts.
  @Test func choosingTellsAndStops() throws {
    let job = try job(
      """
      objective: parameters
      bounds: {accuracy-loss: 60}
      rounds: 2
      scoring-passes: 3
      final-trainings: 0
      """)
    var parts: [Int] = []
    func note(_ event: CampaignEvent) {
      guard case .choosing(let part, let total) = event else { return }
      parts.append(part)
      #expect(total == 3)
    }
    var choosing = try campaign(job, "choosing", report: note)
    let pruned = try choosing.run().rounds.count { $0.round.number > 0 }
    #expect(pruned > 0)
    #expect(parts == Array(repeatElement([0, 1, 2, 3], count: pruned).joined()))
    let steps = Steps(limit: 1)
    var stopped = try campaign(job, "stopped", isStopped: { steps.areOver }) { event in
      if case .choosing = event { steps.count() }
    }
    #expect(throws: CancellationError.self) { try stopped.run() }
  }

  /// A target whose latencies come out differently when they are measured again: the round that was interrupted goes on
  /// with the channels it had chosen, and with what it had learnt.
  @Test func aRoundIsNotChosenTwice() throws {
    let job = try job(
      """
      objective: latency-p50
      bounds: {accuracy-loss: 90}
      channel-multiple: 1
      rounds: 2
      increment: 0.4
      final-trainings: 0
      """)
    let steps = Steps(limit: 5)
    var first = try campaign(job, "again", isStopped: { steps.areOver }) { event in
      if case .training = event { steps.count() }
    }
    #expect(throws: CancellationError.self) { try first.run() }
    let chosen = folder.path("again/work/round-001.chosen.onnx")
    let widths = try widths(ONNXModel.load(path: chosen).graph)
    var begun: Int?
    func note(_ event: CampaignEvent) {
      if case .training(let step, _, _, _) = event, begun == nil { begun = step }
    }
    var second = try campaign(job, "again", ModelTarget(drift: 0.7), .resumed, report: note)
    let summary = try second.run()
    #expect(begun == 6)
    #expect(summary.rounds.last?.network.layers.map(\.outputs) == widths)
    #expect(!FileManager.default.fileExists(atPath: chosen))
  }

  /// What is in the folder without a journal is somebody else's.
  @Test func foreignFilesAreLeftAlone() throws {
    let job = try job("bounds: {accuracy-loss: 60}\nrounds: 1\nfinal-trainings: 0")
    let networks = folder.path("mine/networks")
    try FileManager.default.createDirectory(atPath: networks, withIntermediateDirectories: true)
    try Data("precious".utf8).write(to: URL(fileURLWithPath: networks + "/own.onnx"))
    for beginning in [Campaign.Beginning.new, .anew, .resumed] {
      #expect(throws: JournalError.foreign(path: networks)) { try campaign(job, "mine", ModelTarget(), beginning) }
    }
    #expect(FileManager.default.contents(atPath: networks + "/own.onnx") == Data("precious".utf8))
    // Empty folders are what a campaign leaves that was killed at its beginning.
    try FileManager.default.removeItem(atPath: networks + "/own.onnx")
    var own = try campaign(job, "mine", ModelTarget(), .resumed)
    #expect(try own.run().rounds.count == 1)
  }

  /// Ctrl-C while test pictures are judged: nothing is over yet, and going on gives their accuracies.
  @Test func theTestIsPartOfTheCampaign() throws {
    let job = try job("bounds: {accuracy-loss: 60}\nobjective: parameters\nrounds: 2\nfinal-trainings: 0")
    let isTesting = Atomic<Bool>(false)
    func tested(_ beginning: Campaign.Beginning, stops: Bool) throws -> Campaign {
      try campaign(
        job, "tested", ModelTarget(), beginning, test: data,
        isStopped: { stops && isTesting.load(ordering: .relaxed) }
      ) { event in
        if case .phase("test pictures") = event { isTesting.store(true, ordering: .relaxed) }
      }
    }
    var first = try tested(.new, stops: true)
    #expect(throws: (any Error).self) { try first.run() }
    #expect(!FileManager.default.fileExists(atPath: folder.path("tested/best.onnx")))
    var second = try tested(.resumed, stops: false)
    #expect(try second.run().best?.testTop1 != nil)
  }

  /// Plans and their sizes are for the target, which may be another machine.
  @Test func plansAreForTheTarget() throws {
    let job = try job("bounds: {accuracy-loss: 60}\nrounds: 1\nfinal-trainings: 0")
    for set in [InstructionSet.scalar, .neon, .avx512] {
      var campaign = try campaign(job, "for-\(set.name)", ModelTarget(instructionSet: set))
      let summary = try campaign.run()
      let plan = try #require(summary.baseline.plan)
      let bytes = try #require(FileManager.default.contents(atPath: folder.path("for-\(set.name)/\(plan)")))
      let header = try bytes.withUnsafeBytes { try PlanReader.header($0) }
      #expect(header.isa == set.rawValue)
      #expect(summary.baseline.measured[.planBytes]?.value == Double(header.weights.bytes + header.arenaBytes))
    }
  }

  /// Recorded figures make the same campaign without measuring.
  @Test func replaysDecideTheSame() throws {
    let job = try job(
      """
      objective: latency-p50
      bounds: {accuracy-loss: 50}
      rounds: 3
      final-trainings: 0
      """)
    let figures = folder.path("figures.json")
    let recording = try RecordingTarget(ModelTarget(), path: figures, isContinued: false)
    var first = try campaign(job, "recorded", recording)
    let recorded = try first.run()
    var second = try campaign(job, "replayed", ReplayTarget(path: figures))
    let replayed = try second.run()
    #expect(recorded.rounds.map(\.decision) == replayed.rounds.map(\.decision))
    #expect(try networks("recorded") == networks("replayed"))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: figures))
    #expect(throws: TargetError.self) { try ReplayTarget(path: figures) }
  }

  /// A recording that goes on: figures of another campaign's network of the same name are not this one's.
  @Test func recordedNamesAreNotEnough() throws {
    let (whole, figures) = (try ONNXModel.load(path: model).graph, folder.path("names.json"))
    var other = whole
    other.nodes[0].name += " renamed"
    let device = ModelTarget()
    for (network, asked) in [(whole, 1), (whole, 1), (other, 2), (other, 2)] {
      var target = try RecordingTarget(
        device, path: figures, isContinued: FileManager.default.fileExists(atPath: figures))
      _ = try target.compare(network, to: whole, key: "round-001") { _ in true }
      #expect(device.asked.total == asked)
    }
  }

  /// However often channels are judged anew, a round goes as far as its threshold says, and what goes differs.
  @Test func channelsAreJudgedAnewWhileTheyGo() throws {
    func cut(passes: Int) throws -> NetworkRecord {
      var campaign = try campaign(
        job(
          """
          objective: parameters
          bounds: {accuracy-loss: 90}
          scoring-passes: \(passes)
          rounds: 2
          increment: 0.4
          final-trainings: 0
          """), "passes-\(passes)")
      let summary = try campaign.run()
      #expect(summary.rounds.count == 2)
      let before = try #require(summary.baseline.measured[.parameters]).value
      let after = try #require(summary.rounds.last?.network.measured[.parameters]).value
      #expect(after <= 0.6 * before && after > 0.55 * before)
      return try #require(summary.rounds.last).network
    }
    let (once, often) = (try cut(passes: 1), try cut(passes: 8))
    #expect(once.layers.map(\.outputs) != often.layers.map(\.outputs))
  }

  @Test func thePapersRecipe() throws {
    var campaign = try campaign(
      job(
        """
        recipe: paper
        objective: parameters
        bounds: {accuracy-loss: 90}
        increment: 2
        rounds: 3
        """), "paper")
    let summary = try campaign.run()
    let sizes = summary.rounds.compactMap { $0.network.measured[.parameters]?.value }
    #expect(sizes.count == 3 && sizes[1] < sizes[0] && sizes[2] < sizes[1])
    #expect(summary.rounds.map(\.round.threshold) == [0, 2, 4])
  }

  /// Thresholds below every score change nothing: the network stays what it is, and the threshold grows.
  @Test func thePapersThresholdsGrowUntilTheyCut() throws {
    var campaign = try campaign(
      job(
        """
        recipe: paper
        objective: parameters
        bounds: {accuracy-loss: 90}
        criterion: l2
        increment: 0.02
        rounds: 3
        """), "small-steps")
    let summary = try campaign.run()
    #expect(summary.rounds.map(\.round.threshold) == [0, 0.02, 0.04])
    #expect(summary.rounds[1].decision == summary.rounds[0].decision)
    #expect(summary.rounds[1].reason.contains("nothing to remove yet"))
    #expect(summary.rounds[2].network == summary.rounds[0].network)
    #expect(summary.front.count <= 1)
  }

  /// A training whose loss is no number any more ends its round, not the campaign.
  @Test func divergedTrainingsAreRejected() throws {
    var job = try job(
      """
      objective: parameters
      bounds: {accuracy-loss: 90}
      increment: 0.5
      rounds: 2
      learning-rate: 10
      weight-decay: 1
      """)
    // Each step leaves minus nine times the weights.
    job.roundEpochs = 8
    var campaign = try campaign(job, "diverged")
    let summary = try campaign.run()
    let last = try #require(summary.rounds.last)
    #expect(last.decision == .rejected && last.reason.contains("not finite"))
  }

  @Test func campaignsInVainAreRefused() throws {
    func refusal(_ lines: String) throws -> String {
      do {
        var campaign = try campaign(job(lines), UUID().uuidString)
        _ = try campaign.run()
        return "none"
      } catch let error as CampaignError {
        return error.message
      }
    }
    #expect(try refusal("objective: accuracy-loss\nbounds: {latency-p50: 1%}").contains("out of reach"))
    #expect(try refusal("objective: accuracy-loss\nbounds: {latency-p50: 300%}").contains("within all bounds already"))
    #expect(try refusal("objective: latency-p50").contains("without any bound"))
    #expect(try refusal("bounds: {accuracy-loss: 1}\nminimum-channels: 4096").contains("no channels"))
  }

  @Test func aChangedDataSetIsRefused() throws {
    let job = try job("bounds: {accuracy-loss: 60}\nrounds: 1\nfinal-trainings: 0")
    var first = try campaign(job, "changed")
    _ = try first.run()
    #expect(throws: JournalError.exists(path: folder.path("changed"))) { try campaign(job, "changed") }
    let other = folder.path("others")
    try GeneratedDatasetWriter(.shapes, folder: other, count: 240, seed: 4, size: 32).write(threads: 2)
    do {
      _ = try campaign(job, "changed", ModelTarget(), .resumed, data: other)
      Issue.record("other pictures were taken")
    } catch let error as JournalError {
      #expect(error.message.contains("the data set has changed"))
    }
    var again = try campaign(job, "changed", ModelTarget(), .resumed)
    #expect(try again.run().rounds.count == 1)
  }
}

/// Counts steps of training until there are enough.
private final class Steps: Sendable {
  private let done = Atomic<Int>(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func count() { done.add(1, ordering: .relaxed) }
  var areOver: Bool { done.load(ordering: .relaxed) >= limit }
}
