import AAPPolicy
import CPlatform
import Compiler
import Foundation
import Graph
import Training

extension Campaign {
  /// Steps that a training's speed is estimated from.
  private static let speedSteps = 12

  /// The unpruned network with its figures: from the journal, or measured now.
  mutating func baseline() throws -> Baseline {
    for case .baseline(let record, let latency, let secondsPerEpoch, let seconds) in journal.entries {
      let network = try folder.load(CampaignFolder.model("baseline"))
      try table.calibrate(network, milliseconds: latency.median.value, on: &target)
      return Baseline(
        network: network, record: record, milliseconds: latency.median.value, secondsPerEpoch: secondsPerEpoch,
        seconds: seconds ?? 0)
    }
    let start = ep_now_ns()
    var earlierSeconds = 0.0
    guard let judge = try pictures.validationJudge(threads: surroundings.threads) else {
      throw CampaignError.noValidation
    }
    var network = pictures.finished(pictures.network.withOpenBatch())
    if job.recipe == .paper {
      try folder.save(network, as: CampaignFolder.rewound("baseline"))
      surroundings.report(.phase("training the whole network"))
      let course = course(epochs: job.roundEpochs ?? Self.paperEpochs, name: "baseline", seed: 0)
      let result = try fineTuning(teacher: nil).train(network, course, before: 0) { _, _, _ in false }
      if case .diverged(let reason) = result.ending { throw CampaignError.diverged(reason) }
      (network, earlierSeconds) = (result.network, result.earlierSeconds)
    }
    surroundings.report(.phase("judging the unpruned network"))
    let judging = ep_now_ns()
    guard let top1 = try judge.top1(of: network, isStopped: surroundings.isStopped) else { throw CancellationError() }
    let secondsOfJudging = Double(ep_now_ns() - judging) / 1e9
    surroundings.report(.phase("measuring the unpruned network"))
    let latency = try target.compare(network, to: network, key: "baseline") { _ in true }
    try table.calibrate(network, milliseconds: latency.median.value, on: &target)
    var measured = try Footprint(network, target.instructionSet).measured
    measured[.accuracyLoss] = MeasuredValue(0)
    measured[.latency] = latency.median
    measured[.slowLatency] = latency.p99
    if needsResidentMemory {
      measured[.residentBytes] = MeasuredValue(Double(try target.residentBytes(network, key: "baseline")))
    }
    let secondsPerEpoch = try secondsPerEpoch(network, judging: secondsOfJudging)
    let record = try keep(network, "baseline", measured: measured, top1: top1)
    let seconds = earlierSeconds + Double(ep_now_ns() - start) / 1e9
    try journal.append(
      .baseline(network: record, latency: latency, secondsPerEpoch: secondsPerEpoch, seconds: seconds))
    folder.removeWork(of: "baseline")
    surroundings.report(.baseline(record))
    for finding in latency.findings { surroundings.report(.warning(finding)) }
    return Baseline(
      network: network, record: record, milliseconds: latency.median.value, secondsPerEpoch: secondsPerEpoch,
      seconds: seconds)
  }

  /// Whether a bound or the objective asks for it: a program is started for each measurement.
  var needsResidentMemory: Bool { job.bounds[.residentBytes] != nil || job.objective == .residentBytes }

  /// Writes a network's model and plan, and says what it is.
  mutating func keep(
    _ network: Graph, _ name: String, measured: MeasuredQuantities, top1: Double
  ) throws -> NetworkRecord {
    let finished = pictures.finished(network)
    try folder.save(finished, as: CampaignFolder.model(name))
    let options = Compiler.Options(isa: target.instructionSet.isa)
    try folder.write(try Compiler.compile(finished, options).bytes, to: CampaignFolder.plan(name))
    return try describe(
      network, name, measured: measured, top1: top1, model: CampaignFolder.model(name), plan: CampaignFolder.plan(name))
  }

  /// A network's record.
  mutating func describe(
    _ network: Graph, _ name: String, measured: MeasuredQuantities, top1: Double, model: String? = nil,
    plan: String? = nil
  ) throws -> NetworkRecord {
    let latencies = try table.layers(of: network, on: &target)
    let byNode = Dictionary(latencies.map { ($0.node, $0.milliseconds) }, uniquingKeysWith: { $1 })
    return NetworkRecord(
      name: name, model: model, plan: plan, measured: measured, validationTop1: top1,
      layers: try LayerRecord.layers(of: network, latencies: byNode))
  }

  /// How long an epoch of the unpruned network takes; 0 where nothing depends on it.
  private func secondsPerEpoch(_ network: Graph, judging: Double) throws -> Double {
    guard job.budget != nil, job.roundEpochs == nil || job.finalEpochs == nil else { return 0 }
    surroundings.report(.phase("timing a few steps of training"))
    let fineTuning = fineTuning(teacher: surroundings.teacher ?? network)
    return try judging + fineTuning.secondsPerEpoch(network, steps: Self.speedSteps)
  }
}
