import AAPPolicy
import CPlatform
import Compiler
import Foundation
import Graph
import Pruning
import Training

extension Campaign {
  /// Epochs of the published schedule (ResNet-56 on CIFAR-10).
  static let paperEpochs = 182
  /// Rounds that a budget is meant to have time for.
  private static let plannedRounds = 8.0
  private static let mostRoundEpochs = 8
  /// Of few pictures.
  private static let mostFinalEpochs = 10_000.0

  /// Cuts, trains, judges and measures.
  mutating func run(
    _ round: AdaptiveThreshold.Round, _ policy: CampaignPolicy, _ baseline: Baseline
  ) throws -> (RoundRecord, TrainingRecord) {
    let start = ep_now_ns()
    let name = Campaign.name(round.number)
    guard let origin = round.start.flatMap(record) else {
      return (try unprunedRound(round, policy, baseline), .none)
    }
    func result(
      _ decision: RoundRecord.Decision, _ reason: String, _ network: NetworkRecord, earlier: Double = 0
    ) -> RoundRecord {
      RoundRecord(
        round: round, decision: decision, reason: reason, network: network,
        seconds: earlier + Double(ep_now_ns() - start) / 1e9)
    }
    surroundings.report(.phase("round \(round.number): choosing channels"))
    let smaller: Graph
    switch try chosen(round, policy, baseline, from: origin.network.name, to: name) {
    case .network(let network): smaller = network
    case .unchanged:
      return (
        result(origin.decision, "nothing to remove yet: round \(origin.round.number)'s network", origin.network), .none
      )
    case .impossible:
      let network = try folder.load(CampaignFolder.model(origin.network.name))
      let record = try describe(network, name, measured: [:], top1: 0)
      return (result(.rejected, "no channel left to remove", record), .none)
    }
    let judged = try judge(smaller)
    surroundings.report(.phase("round \(round.number): training"))
    let trained = try fineTuning(teacher: job.recipe == .paper ? nil : surroundings.teacher ?? baseline.network).train(
      smaller, course(epochs: roundEpochs(baseline), name: name, seed: UInt64(round.number)), before: judged,
      isHopeless: isHopeless(policy, baseline, gain: expectedGain(finals: false)))
    let top1 = try judge(trained.network)
    if let (decision, reason) = trained.failure(top1) {
      let measured = try footprint(trained.network).merging(loss(top1, baseline)) { $1 }
      let record = try describe(trained.network, name, measured: measured, top1: top1)
      return (result(decision, reason, record, earlier: trained.earlierSeconds), trained.training)
    }
    let (measured, decision, reason) = try measure(
      trained.network, name, top1, baseline, decision: policy.decision(for:))
    let isKept = decision == .accepted || decision == .onward
    let record =
      try isKept
      ? keep(trained.network, name, measured: measured, top1: top1)
      : describe(trained.network, name, measured: measured, top1: top1)
    return (result(decision, reason, record, earlier: trained.earlierSeconds), trained.training)
  }

  /// Trains the network of a round for long.
  mutating func run(
    _ final: CampaignState.FinalTraining, _ policy: CampaignPolicy, _ baseline: Baseline
  ) throws -> (CampaignState.FinalRecord, TrainingRecord) {
    let start = ep_now_ns()
    let name = "final-\(final.rounds)-\(final.attempt)"
    let network = try folder.load(CampaignFolder.model(Campaign.name(final.round)))
    let before = try judge(network)
    surroundings.report(.phase("final training of round \(final.round)'s network"))
    var course = course(epochs: finalEpochs(final, baseline), name: name, seed: UInt64(1000 + final.attempt))
    course.learningRate = job.finalLearningRate
    if let schedule = job.finalSchedule { course.schedule = schedule }
    course.augmentation = try job.finalAugment.map { try Augmentation(text: $0) }
    course.averages = job.averaging > 0
    let result = try fineTuning(teacher: surroundings.teacher ?? baseline.network).train(
      network, course, before: before, isHopeless: isHopeless(policy, baseline, gain: expectedGain(finals: true)))
    let top1 = try judge(result.network)
    var (measured, decision, reason) = try measure(
      result.network, name, top1, baseline, decision: policy.finalDecision(for:))
    if let failure = result.failure(top1) { (decision, reason) = failure }
    let record = try keep(result.network, name, measured: measured, top1: top1)
    return (
      CampaignState.FinalRecord(
        training: final, decision: decision, reason: reason, network: record,
        seconds: result.earlierSeconds + Double(ep_now_ns() - start) / 1e9), result.training
    )
  }

  /// A round that has been recorded.
  private func record(of round: Int) -> RoundRecord? {
    for case .round(let record, _) in journal.entries where record.round.number == round { return record }
    return nil
  }

  static func name(_ round: Int) -> String { "round-" + String(format: "%03d", round) }

  /// Round 0: the unpruned network as it is.
  private mutating func unprunedRound(
    _ round: AdaptiveThreshold.Round, _ policy: CampaignPolicy, _ baseline: Baseline
  ) throws -> RoundRecord {
    let name = Campaign.name(round.number)
    try folder.save(baseline.network, as: CampaignFolder.model(name))
    if job.recipe == .paper {
      try folder.save(folder.load(CampaignFolder.rewound("baseline")), as: CampaignFolder.rewound(name))
    }
    var record = baseline.record
    record.name = name
    record.model = CampaignFolder.model(name)
    let decision = policy.decision(for: record.measured) ?? (.onward, "as it is")
    return RoundRecord(round: round, decision: decision.0, reason: "unpruned", network: record, seconds: 0)
  }

  /// What a threshold comes to.
  private enum Cut {
    case network(Graph)
    /// The network is as small as the threshold asks already, or nothing lies below it yet.
    case unchanged
    /// Nothing may go any more.
    case impossible
  }

  /// The network that a round trains: chosen now, or before the round was interrupted. Latencies measured anew would choose
  /// others, and what was trained would be lost.
  private mutating func chosen(
    _ round: AdaptiveThreshold.Round, _ policy: CampaignPolicy, _ baseline: Baseline, from origin: String,
    to name: String
  ) throws -> Cut {
    let file = CampaignFolder.chosen(name)
    if !folder.exists(file) {
      let network = try folder.load(CampaignFolder.model(origin))
      let cut = try smaller(network, round, policy, baseline, from: origin, to: name)
      guard case .network(let smaller) = cut else { return cut }
      try folder.save(smaller, as: file)
    }
    return .network(try folder.load(file))
  }

  /// The smaller network to train: with its weights and statistics anew, or rewound.
  private mutating func smaller(
    _ network: Graph, _ round: AdaptiveThreshold.Round, _ policy: CampaignPolicy, _ baseline: Baseline,
    from origin: String, to name: String
  ) throws -> Cut {
    if job.recipe == .paper {
      let coupled = try CoupledChannels(network)
      let removed = try channelChoice.removed(
        from: coupled, below: round.threshold, policy, baseline, &table, &target)
      if removed.isEmpty { return channelChoice.canCut(coupled, policy) ? .unchanged : .impossible }
      let rewound = try CoupledChannels(folder.load(CampaignFolder.rewound(origin))).removing(removed)
      try folder.save(rewound, as: CampaignFolder.rewound(name))
      return .network(rewound)
    }
    // A score says what a channel costs alone. What many of a layer cost together shows as they go few by few.
    let statistics = try StatisticsRecomputation(
      pictures.batches(augmented: true), pictures: job.calibrationPictures, batch: job.batch,
      threads: surroundings.threads)
    let prediction = Prediction(baseline: baseline, policy: policy)
    var (result, way): (Graph?, Double) = (nil, try prediction.way(network, &table, &target))
    let begun = way
    if begun >= round.threshold { return .unchanged }
    surroundings.report(.choosing(part: 0, of: job.scoringPasses))
    for pass in 1...job.scoringPasses {
      let aim = begun + (round.threshold - begun) * Double(pass) / Double(job.scoringPasses)
      // A choice takes part of a layer at most: several may lie on the way.
      while way < aim {
        if surroundings.isStopped() { throw CancellationError() }
        let coupled = try CoupledChannels(result ?? network)
        let removed = try channelChoice.removed(from: coupled, toReach: aim, policy, baseline, &table, &target)
        if removed.isEmpty { return result.map(Cut.network) ?? .impossible }
        let smaller = try statistics.apply(to: coupled.removing(removed))
        way = try prediction.way(smaller, &table, &target)
        result = smaller
      }
      surroundings.report(.choosing(part: pass, of: job.scoringPasses))
    }
    return result.map(Cut.network) ?? .unchanged
  }

  var channelChoice: ChannelChoice {
    ChannelChoice(job: job, pictures: pictures, threads: surroundings.threads, isStopped: surroundings.isStopped)
  }

  private func judge(_ network: Graph) throws -> Double {
    guard let judge = try pictures.validationJudge(threads: surroundings.threads) else {
      throw CampaignError.noValidation
    }
    guard let top1 = try judge.top1(of: network, isStopped: surroundings.isStopped) else { throw CancellationError() }
    return top1
  }

  private func loss(_ top1: Double, _ baseline: Baseline) -> MeasuredQuantities {
    // Half a point of so many pictures is half a point, whatever the rounding of fractions says.
    let points = 100 * (baseline.record.validationTop1 - top1)
    return [.accuracyLoss: MeasuredValue((points * 1e9).rounded() / 1e9)]
  }

  /// What is known of a network without running it.
  private func footprint(_ network: Graph) throws -> MeasuredQuantities {
    try Footprint(network, target.instructionSet).measured
  }

  /// Measures everything, for as long as a latency's interval reaches over a bound.
  private mutating func measure(
    _ network: Graph, _ name: String, _ top1: Double, _ baseline: Baseline,
    decision: (MeasuredQuantities) -> (RoundRecord.Decision, reason: String)?
  ) throws -> (MeasuredQuantities, RoundRecord.Decision, String) {
    surroundings.report(.phase("\(name): measuring"))
    var known = try footprint(network).merging(loss(top1, baseline)) { $1 }
    if needsResidentMemory {
      known[.residentBytes] = MeasuredValue(Double(try target.residentBytes(network, key: name)))
    }
    func quantities(_ latency: PairedLatency) -> MeasuredQuantities {
      var result = known
      // Ratios, in the milliseconds of the beginning: a machine that is slower today must not decide.
      let unit = baseline.milliseconds
      result[.latency] = MeasuredValue(
        latency.ratio.value * unit, lower: latency.ratio.lower * unit, upper: latency.ratio.upper * unit)
      let scale = unit / latency.baselineMedian.value
      result[.slowLatency] = MeasuredValue(
        latency.p99.value * scale, lower: latency.p99.lower * scale, upper: latency.p99.upper * scale)
      return result
    }
    let latency = try target.compare(network, to: baseline.network, key: name) {
      decision(quantities($0)) != nil
    }
    for finding in latency.findings { surroundings.report(.warning("\(name): \(finding)")) }
    let measured = quantities(latency)
    guard let (decision, reason) = decision(measured) else {
      return (measured, .rejected, "so close to a bound that measuring cannot tell on which side")
    }
    return (measured, decision, reason)
  }

  // How training goes

  func fineTuning(teacher: Graph?) -> FineTuning {
    FineTuning(
      job: job, pictures: pictures, teacher: job.teacher == "none" ? nil : teacher, threads: surroundings.threads,
      isStopped: surroundings.isStopped, report: surroundings.report)
  }

  func course(epochs: Int, name: String, seed: UInt64) -> FineTuning.Course {
    let isPaper = job.recipe == .paper
    return FineTuning.Course(
      epochs: epochs, learningRate: job.learningRate ?? (isPaper ? 0.1 : 0.02),
      schedule: job.schedule ?? (isPaper ? "step:0.5,0.75" : "constant"), averages: !isPaper && job.averaging > 0,
      seed: UInt64(job.seed) &* 1_000_003 &+ seed, checkpoint: folder.checkpoint(name))
  }

  private func roundEpochs(_ baseline: Baseline) -> Int {
    if let epochs = job.roundEpochs { return epochs }
    if job.recipe == .paper { return Self.paperEpochs }
    guard let budget = job.budget, baseline.secondsPerEpoch > 0 else { return 2 }
    let affordable = budget * job.searchShare / Self.plannedRounds / baseline.secondsPerEpoch
    return min(max(Int(affordable), 1), Self.mostRoundEpochs)
  }

  private func finalEpochs(_ final: CampaignState.FinalTraining, _ baseline: Baseline) -> Int {
    if let epochs = job.finalEpochs { return epochs }
    guard let seconds = final.seconds else { return 20 }
    var perEpoch = baseline.secondsPerEpoch
    for case .round(let record, let training) in journal.entries
    where record.round.number == final.round && training.secondsPerEpoch > 0 {
      perEpoch = training.secondsPerEpoch
    }
    guard perEpoch > 0 else { return 20 }
    return Int(min(max(seconds / (perEpoch * 1.05), 1), Self.mostFinalEpochs))
  }

  /// What the second half of a training has brought so far at most, as a fraction of 1, with something to spare.
  private func expectedGain(finals: Bool) -> Double {
    var gains: [Double] = []
    for entry in journal.entries {
      guard case .round(_, let training) = entry, training.validationTop1.count > 2,
        training.validationTop1.count == training.epochs + 1, let last = training.validationTop1.last
      else { continue }
      gains.append(last - training.validationTop1[(training.epochs + 1) / 2])
    }
    let largest = gains.max() ?? 0.02
    return (finals ? 2 : 1.5) * max(largest, 0.005) + 0.005
  }

  /// Ends a training half way where even the expected gain would leave it outside the bounds.
  private func isHopeless(
    _ policy: CampaignPolicy, _ baseline: Baseline, gain: Double
  ) -> FineTuning.Hopelessness {
    guard job.rejectsEarly, job.recipe == .budget, let limit = policy.tolerances.limits[.accuracyLoss] else {
      return { _, _, _ in false }
    }
    let needed = baseline.record.validationTop1 - (limit + policy.options.slack) / 100
    return { done, epochs, top1 in
      done == (epochs + 1) / 2 && done < epochs && (top1.last ?? 0) + gain < needed
    }
  }

}

extension FineTuning.Result {
  /// What becomes of a network whose training did not come to its end, and why; nil for one that did.
  fileprivate func failure(_ top1: Double) -> (RoundRecord.Decision, reason: String)? {
    switch ending {
    case .whole: nil
    case .hopeless:
      (.rejectedEarly, String(format: "%.1f %% half way: too little to come within the bounds", 100 * top1))
    case .diverged(let reason): (.rejected, "\(reason); a smaller learning rate may help")
    }
  }
}

extension TrainingRecord {
  /// Of a round without training.
  static var none: TrainingRecord { TrainingRecord(epochs: 0, secondsPerEpoch: 0, validationTop1: []) }
}
