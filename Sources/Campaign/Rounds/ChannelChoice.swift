import AAPPolicy
import Graph
import Pruning
import Training

/// Chooses the channels that a round removes.
struct ChannelChoice {
  let job: PruneJob
  let pictures: TrainingJob
  let threads: Int
  /// Asked before each loss that is measured; choosing then ends with `CancellationError`.
  let isStopped: @Sendable () -> Bool

  /// Pictures of one run.
  private static let batch = 64

  /// Channels that go by the paper's rule: those below the round's threshold times their layer's share.
  ///
  /// - Returns: Identifiers of channels of `coupled`; empty where nothing can go.
  func removed(
    from coupled: CoupledChannels, below threshold: Double, _ policy: CampaignPolicy, _ baseline: Campaign.Baseline,
    _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> Set<Int32> {
    let (_, scores) = try scores(coupled)
    let shares = try shares(coupled, Prediction(baseline: baseline, policy: policy), &table, &target)
    return selection(coupled, policy).below(threshold: threshold, scores, shares: shares ?? []).removed
  }

  /// Channels that go in the order of their scores until the network is predicted to have come so far on its way.
  ///
  /// - Returns: Identifiers of channels of `coupled`; empty where nothing can go.
  func removed(
    from coupled: CoupledChannels, toReach way: Double, _ policy: CampaignPolicy, _ baseline: Campaign.Baseline,
    _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> Set<Int32> {
    let prediction = Prediction(baseline: baseline, policy: policy)
    let (scale, scores) = try scores(coupled)
    let keys: [[Double]?]
    if scale == .loss, job.weighting == nil {
      keys = try prices(coupled, scores, prediction, policy, &table, &target)
    } else {
      let (ranking, weights) = ranking(scale, try shares(coupled, prediction, &table, &target), coupled.groups)
      keys = ranking.keys(scores, shares: weights)
    }
    let (cut, _) = try selection(coupled, policy).reaching(1 - way, keys: keys) { widths in
      try 1 - prediction.way(coupled.removing(coupled.narrowing(to: widths)), &table, &target)
    }
    return cut.removed
  }

  /// Whether any channel may still go.
  func canCut(_ coupled: CoupledChannels, _ policy: CampaignPolicy) -> Bool {
    !selection(coupled, policy).smallest.removed.isEmpty
  }

  private func scores(_ coupled: CoupledChannels) throws -> (ScoreScale, GroupScores) {
    let criterion = try ImportanceCriteria.named(job.criterion ?? (job.recipe == .paper ? "attention" : "taylor"))
    let evidence = try ImportanceEvidence(
      coupled, criterion.needs, CalibrationPictures(pictures, count: job.calibrationPictures, batch: Self.batch),
      scope: job.channels, threads: threads)
    return (criterion.scale, try GroupScores(coupled, criterion, evidence))
  }

  private func selection(_ coupled: CoupledChannels, _ policy: CampaignPolicy) -> ChannelSelection {
    ChannelSelection(
      coupled.groups, minimum: job.minimumChannels, multiple: multiple(policy), scope: job.channels)
  }

  /// The order in which channels go, and what their groups' scores are divided by.
  private func ranking(
    _ scale: ScoreScale, _ shares: [Double]?, _ groups: [ChannelGroup]
  ) -> (ChannelRanking, weights: [Double]) {
    guard let shares else { return (ChannelRanking(normalizes: scale == .layer, share: .ignored), []) }
    switch scale {
    case .layer: return (ChannelRanking(normalizes: true, share: .divides), shares)
    case .network: return (.raw, [])
    case .loss:
      let savings = zip(shares, groups).map { $0 / Double(max($1.channels.count, 1)) }
      return (.paper, savings)
    }
  }

  /// How far the smallest network that the job allows would come; with its predicted quantities.
  func smallest(
    _ policy: CampaignPolicy, _ baseline: Campaign.Baseline, _ table: inout LatencyTable,
    _ target: inout any MeasurementTarget
  ) throws -> (way: Double, predicted: [Quantity: Double])? {
    let coupled = try CoupledChannels(baseline.network)
    let cut = selection(coupled, policy).smallest
    guard !cut.removed.isEmpty else { return nil }
    let network = try coupled.removing(cut.removed)
    let prediction = Prediction(baseline: baseline, policy: policy)
    let shares = try prediction.shares(network, &table, &target)
    let predicted = Dictionary(
      uniqueKeysWithValues: shares.map { ($0, $1 * (baseline.record.measured[$0]?.value ?? 0)) })
    return (prediction.way(shares), predicted)
  }

  /// What layers are weighted by where a quantity is to be reduced; most of a plan's memory is weights.
  private static func weighting(_ quantity: Quantity) -> String {
    switch quantity {
    case .latency, .slowLatency, .accuracyLoss: "latency"
    case .multiplyAccumulates: "macs"
    case .parameters, .planBytes, .residentBytes: "parameters"
    }
  }

  /// What channels cost for what is predicted to go with them; nil for groups that are not cut.
  ///
  /// Scores say in which order channels of a group go. What they cost together, single channels' scores do not know: the
  /// loss is measured without as many of them as may go.
  private func prices(
    _ coupled: CoupledChannels, _ scores: GroupScores, _ prediction: Prediction, _ policy: CampaignPolicy,
    _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> [[Double]?] {
    let groups = coupled.groups.indices.compactMap { position -> (position: Int, candidates: GroupCandidates)? in
      guard job.channels.admits(coupled.groups[position]), let scores = scores.byGroup[position] else { return nil }
      let candidates = GroupCandidates(scores, multiple: multiple(policy), minimum: job.minimumChannels)
      return candidates.numbers.isEmpty ? nil : (position, candidates)
    }
    let networks = try groups.map { position, candidates in
      let channels = coupled.groups[position].channels
      return try candidates.numbers.map { number in
        try coupled.removing(Set(candidates.order.prefix(number).map { channels[$0].id }))
      }
    }
    try prediction.prepare(networks.flatMap { $0 }, &table, &target)
    let before = try prediction.shares(coupled.graph, &table, &target)
    let weights = prediction.pending(before).sorted { $0.key.rawValue < $1.key.rawValue }
    let loss = try lossOfPictures()
    let lossBefore = try loss.mean(of: coupled.graph)
    // Loss measured over loss promised.
    let corrections = try zip(groups, networks).map { group, networks -> Double? in
      guard let most = group.candidates.numbers.last, let smallest = networks.last else { return nil }
      if isStopped() { throw CancellationError() }
      let promised = group.candidates.promised(most)
      return promised > 0 ? (try loss.mean(of: smallest) - lossBefore) / promised : nil
    }
    // What is measured of small losses is mostly chance, and it holds for the first channels only: no group is for free.
    let known = corrections.compactMap { $0 }.filter { $0 > 0 }.sorted()
    let least = known.isEmpty ? 1 : known[known.count / 2] / 4
    var result = [[Double]?](repeating: nil, count: coupled.groups.count)
    for (index, group) in groups.enumerated() {
      let steps = try zip(group.candidates.numbers, networks[index]).map { number, network in
        let after = try prediction.shares(network, &table, &target)
        return ChannelPrices.Step(
          removed: number, saved: weights.reduce(0) { $0 + $1.value * ((before[$1.key] ?? 1) - (after[$1.key] ?? 1)) },
          cost: max(corrections[index] ?? least, least) * group.candidates.promised(number))
      }
      result[group.position] = ChannelPrices(order: group.candidates.order, steps: steps).byChannel
    }
    return result
  }

  /// The loss by as many pictures as scores are estimated from. With few pictures to learn from fewer, so that choosing
  /// takes no longer than learning.
  private func lossOfPictures() throws -> BatchLoss {
    let learning = try pictures.batches(augmented: false)
    return BatchLoss(
      learning, pictures: min(job.calibrationPictures, max(learning.pictures.count / 16, 2 * Self.batch)),
      batch: Self.batch, threads: threads)
  }

  /// Each group's share of what layers are weighted by, the mean of several; nil for none.
  private func shares(
    _ coupled: CoupledChannels, _ prediction: Prediction, _ table: inout LatencyTable,
    _ target: inout any MeasurementTarget
  ) throws -> [Double]? {
    let names =
      try job.weighting.map { [$0] }
      ?? Set(prediction.pending(prediction.shares(coupled.graph, &table, &target)).keys.map(Self.weighting)).sorted()
    var sums: [Double]?
    for name in names {
      guard let weighting = try weighting(name, coupled.graph, &table, &target) else { return nil }
      let shares = try weighting.shares(coupled, scope: job.channels).map { $0 / Double(names.count) }
      sums = sums.map { zip($0, shares).map(+) } ?? shares
    }
    return sums
  }

  private func weighting(
    _ name: String, _ network: Graph, _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> LayerWeighting? {
    switch name {
    case "latency":
      let layers = try table.layers(of: network, on: &target)
      return .latencies(Dictionary(layers.map { ($0.node, $0.milliseconds) }, uniquingKeysWith: { $1 }))
    case "parameters": return .parameters
    case "macs": return .multiplyAccumulates
    case "activations": return .activationMemory
    default: return nil
    }
  }

  private func multiple(_ policy: CampaignPolicy) -> Int {
    if let multiple = job.channelMultiple { return multiple }
    return policy.drivers.contains(.latency) || policy.drivers.contains(.slowLatency) ? LayerProbe.tile : 1
  }
}

extension CoupledChannels {
  /// Any channels whose removal leaves so many of each group.
  func narrowing(to widths: [Int]) -> Set<Int32> {
    Set(zip(groups, widths).flatMap { group, width in group.channels.dropFirst(width).map(\.id) })
  }
}
