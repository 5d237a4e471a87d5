import AAPPolicy
import Graph
import Pruning
import Training

/// Chooses the channels that a round removes.
struct ChannelChoice {
  let job: PruneJob
  let pictures: TrainingJob
  let threads: Int

  /// Pictures of one run.
  private static let batch = 64

  /// Identifiers of channels of `coupled`; empty where nothing can go.
  ///
  /// The paper's recipe cuts below the round's threshold times each layer's share. Else the round's threshold is a share
  /// of the way, and channels go in the order of their scores until the network is predicted to have come so far.
  func removed(
    from coupled: CoupledChannels, _ round: AdaptiveThreshold.Round, _ policy: CampaignPolicy,
    _ baseline: Campaign.Baseline, _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> Set<Int32> {
    let criterion = try ImportanceCriteria.named(job.criterion ?? (job.recipe == .paper ? "attention" : "taylor"))
    let evidence = try ImportanceEvidence(
      coupled, criterion.needs, CalibrationPictures(pictures, count: job.calibrationPictures, batch: Self.batch),
      scope: job.channels, threads: threads)
    let scores = try GroupScores(coupled, criterion, evidence)
    let prediction = Prediction(baseline: baseline, policy: policy)
    let weighting = try job.weighting ?? Self.weighting(prediction.foremost(coupled.graph, &table, &target))
    let shares = try self.shares(coupled, weighting, &table, &target)
    let selection = ChannelSelection(
      coupled.groups, minimum: job.minimumChannels, multiple: multiple(policy), scope: job.channels)
    if job.recipe == .paper {
      return selection.below(threshold: round.threshold, scores, shares: shares ?? []).removed
    }
    let (ranking, weights) = ranking(criterion.scale, shares, coupled.groups)
    let (cut, _) = try selection.reaching(1 - round.threshold, scores, shares: weights, ranking: ranking) {
      widths in
      try 1 - prediction.way(coupled.removing(coupled.narrowing(to: widths)), &table, &target)
    }
    return cut.removed
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
      // The loss that a channel costs by what it saves.
      let savings = zip(shares, groups).map { $0 / Double(max($1.channels.count, 1)) }
      return (ChannelRanking(normalizes: false, share: .divides), savings)
    }
  }

  /// How far the smallest network that the job allows would come; with its predicted quantities.
  func smallest(
    _ policy: CampaignPolicy, _ baseline: Campaign.Baseline, _ table: inout LatencyTable,
    _ target: inout any MeasurementTarget
  ) throws -> (way: Double, predicted: [Quantity: Double])? {
    let coupled = try CoupledChannels(baseline.network)
    let cut = ChannelSelection(
      coupled.groups, minimum: job.minimumChannels, multiple: multiple(policy), scope: job.channels
    ).smallest
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

  /// Each group's share of what layers are weighted by; nil for none.
  private func shares(
    _ coupled: CoupledChannels, _ name: String, _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> [Double]? {
    let weighting: LayerWeighting
    switch name {
    case "latency":
      let layers = try table.layers(of: coupled.graph, on: &target)
      weighting = .latencies(Dictionary(layers.map { ($0.node, $0.milliseconds) }, uniquingKeysWith: { $1 }))
    case "parameters": weighting = .parameters
    case "macs": weighting = .multiplyAccumulates
    case "activations": weighting = .activationMemory
    default: return nil
    }
    return try weighting.shares(coupled, scope: job.channels)
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
