import AAPPolicy
import Compiler
import Foundation
import Graph
import Pruning
import Runtime
import Training

/// A campaign on a real network, real pictures and a real target: rounds of cutting, training, judging and measuring,
/// recorded in a journal as they are decided.
///
///     var campaign = try Campaign(job, folder: folder, network: network, pictures: pictures, target: target, ...)
///     let summary = try campaign.run()
///
/// Killed at any moment, a campaign of the same job goes on with the round that it was in.
package struct Campaign {
  /// What a campaign is made of, beside its job.
  package struct Surroundings {
    /// The job file's text, for the page.
    package var text: String
    /// The model file's hash, for the journal.
    package var modelHash: String
    /// With everything opened and nothing decoded; its network is the one to prune.
    package var pictures: TrainingJob
    package var teacher: Graph?
    /// Threads of training and judging here.
    package var threads: Int
    /// Name and version, for the journal.
    package var program: String
    package var isStopped: @Sendable () -> Bool
    package var report: (CampaignEvent) -> Void

    package init(
      text: String, modelHash: String, pictures: TrainingJob, teacher: Graph?, threads: Int, program: String,
      isStopped: @escaping @Sendable () -> Bool, report: @escaping (CampaignEvent) -> Void
    ) {
      self.text = text
      self.modelHash = modelHash
      self.pictures = pictures
      self.teacher = teacher
      self.threads = threads
      self.program = program
      self.isStopped = isStopped
      self.report = report
    }
  }

  /// Whether there may be a campaign in the folder already.
  package enum Beginning: Sendable {
    case new
    /// An older campaign is thrown away.
    case anew
    /// The older campaign goes on; without one this is the beginning.
    case resumed
  }

  let job: PruneJob
  let folder: CampaignFolder
  let surroundings: Surroundings
  var pictures: TrainingJob
  var target: any MeasurementTarget
  var journal: Journal
  var table = LatencyTable()

  /// Decodes the pictures, and opens or begins the journal.
  package init(
    _ job: PruneJob, folder: CampaignFolder, target: any MeasurementTarget, _ surroundings: Surroundings,
    _ beginning: Beginning
  ) throws {
    self.job = job
    self.folder = folder
    self.surroundings = surroundings
    self.target = target
    let exists = FileManager.default.fileExists(atPath: folder.journal)
    if exists, case .new = beginning { throw JournalError.exists(path: folder.path) }
    if !exists, let name = folder.foreign { throw JournalError.foreign(path: folder.file(name)) }
    try job.refuseInVain()
    if !exists { try folder.create() }
    var pictures = surroundings.pictures
    let (report, isStopped) = (surroundings.report, surroundings.isStopped)
    try pictures.prepare(threads: surroundings.threads) { done, total in
      report(.decoding(done: done, of: total))
      return !isStopped()
    }
    for skipped in pictures.skipped where skipped.count > 0 {
      report(.warning("\(skipped.count) pictures skipped, such as: \(skipped.examples.first?.message ?? "")"))
    }
    self.pictures = pictures
    let header = JournalHeader(
      program: surroundings.program, began: ISO8601DateFormatter().string(from: Date()), settings: job.settings,
      model: surroundings.modelHash, pictures: String(pictures.fingerprint ?? 0, radix: 16))
    if exists, case .resumed = beginning {
      journal = try Journal(path: folder.journal)
      if let old = journal.header {
        if let difference = header.difference(from: old) {
          throw JournalError.otherCampaign(path: folder.journal, difference: difference)
        }
        folder.removeUnfinished()
        return
      }
    }
    folder.clear()
    try folder.create()
    journal = try Journal(creating: folder.journal, header: header)
  }

  /// Runs the campaign to its end, or until it is stopped, which throws `CancellationError`.
  package mutating func run() throws -> CampaignSummary {
    let baseline = try self.baseline()
    var state = try restoredState(baseline)
    try refuseInVain(state, baseline)
    surroundings.report(.summary(summary(baseline, state)))
    while true {
      switch state.action {
      case .ended:
        let summary = try tested(summary(baseline, state, isOver: true))
        if let best = summary.best { try folder.publish(best) }
        surroundings.report(.summary(summary))
        return summary
      case .round(let round):
        let (record, training) = try run(round, state.policy, baseline)
        try journal.append(.round(record: record, training: training))
        folder.removeWork(of: Campaign.name(round.number))
        state.record(record)
        surroundings.report(.round(record))
      case .finalTraining(let final):
        let (record, training) = try run(final, state.policy, baseline)
        try journal.append(.final(record: record, training: training))
        folder.removeWork(of: record.network.name)
        state.record(record)
        surroundings.report(.final(record))
      }
      surroundings.report(.summary(summary(baseline, state)))
    }
  }

  /// What rounds are compared with.
  struct Baseline {
    let network: Graph
    let record: NetworkRecord
    /// Milliseconds at the campaign's beginning: latencies are ratios to the unpruned network, in these milliseconds.
    let milliseconds: Double
    let secondsPerEpoch: Double
    /// That making and measuring it took.
    let seconds: Double
  }

  /// Says before hours are spent that they would be in vain.
  private mutating func refuseInVain(_ state: CampaignState, _ baseline: Baseline) throws {
    guard state.rounds.isEmpty else { return }
    guard let (way, predicted) = try channelChoice.smallest(state.policy, baseline, &table, &target) else {
      throw CampaignError.nothingToPrune(model: job.model)
    }
    guard way < 1 else { return }
    for (quantity, limit) in state.policy.targets.limits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      if let smallest = predicted[quantity], smallest > limit {
        throw CampaignError.outOfReach(quantity, limit: limit, smallest: smallest, channels: job.channels.rawValue)
      }
    }
  }

  /// The state that the journal's entries lead to.
  private func restoredState(_ baseline: Baseline) throws -> CampaignState {
    var bounds: [Quantity: Double] = [:]
    for (quantity, limit) in job.bounds {
      bounds[quantity] = limit.value(baseline: baseline.record.measured[quantity]?.value ?? 0)
    }
    var options = CampaignPolicy.Options()
    options.increment = job.increment
    options.floor = job.floor
    options.limit = job.rounds
    // Without a final training nothing wins back what a round lacks.
    let finals = job.recipe == .paper ? 0 : job.finalTrainings
    options.slack = finals > 0 ? job.slack : 0
    options.overshoot = job.overshoot
    options.growsFromMeasured = job.recipe != .paper
    let policy: CampaignPolicy
    do throws(PolicyError) {
      policy = try CampaignPolicy(
        objective: job.objective, bounds: Bounds(bounds), baseline: baseline.record.measured, options)
    } catch {
      throw CampaignError.policy(error)
    }
    var limits = CampaignState.Limits()
    limits.seconds = job.budget
    limits.searchShare = finals > 0 ? job.searchShare : 1
    limits.finalTrainings = finals
    var state = CampaignState(policy: policy, limits: limits, secondsBefore: baseline.seconds)
    for entry in journal.entries {
      switch entry {
      case .began, .baseline: continue
      case .round(let record, _): state.record(record)
      case .final(let record, _): state.record(record)
      }
    }
    return state
  }

  /// What the page shows.
  private func summary(_ baseline: Baseline, _ state: CampaignState, isOver: Bool = false) -> CampaignSummary {
    let quantity = job.objective == .accuracyLoss ? state.policy.drivers.first ?? .latency : job.objective
    let now = ISO8601DateFormatter().string(from: Date())
    let best = state.best.flatMap { $0.name == Campaign.name(0) ? nil : $0 }
    return CampaignSummary(
      title: (job.model as NSString).lastPathComponent.replacingOccurrences(of: ".onnx", with: ""),
      job: surroundings.text, began: journal.header?.began ?? now, ended: isOver ? now : nil,
      circumstances: target.circumstances + [
        CampaignSummary.Circumstance("pictures", job.data),
        CampaignSummary.Circumstance("program", surroundings.program),
        CampaignSummary.Circumstance("time spent", "\(Int(state.seconds)) s"),
      ],
      objective: job.objective,
      bounds: Bounds(state.policy.tolerances.limits.merging(state.policy.targets.limits) { $1 }),
      baseline: baseline.record, rounds: state.rounds, finals: state.finals,
      front: state.front(quantity).filter { $0.name != Campaign.name(0) }, best: best,
      command: best.map {
        "edge-run classify \(folder.file(isOver ? CampaignFolder.best : $0.model ?? "")) PICTURE.jpg"
      })
  }

  /// The summary with accuracies of test pictures, which have decided nothing.
  private func tested(_ summary: CampaignSummary) throws -> CampaignSummary {
    guard
      let judge = try pictures.testJudge(
        outputs: pictures.batches(augmented: false).outputs, threads: surroundings.threads,
        progress: { _, _ in !surroundings.isStopped() })
    else { return summary }
    surroundings.report(.phase("test pictures"))
    // The best network is on the front, too.
    var known: [String: Double?] = [:]
    func tested(_ record: NetworkRecord) throws -> NetworkRecord {
      guard let model = record.model else { return record }
      var result = record
      let top1 = try known[model] ?? judge.top1(of: folder.load(model), isStopped: surroundings.isStopped)
      if surroundings.isStopped() { throw CancellationError() }
      known[model] = .some(top1)
      result.testTop1 = top1
      return result
    }
    var result = summary
    result.baseline = try tested(summary.baseline)
    result.front = try summary.front.map(tested)
    result.best = try summary.best.map(tested)
    return result
  }
}
