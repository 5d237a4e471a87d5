import AAPPolicy

/// Campaigns that never ran, as large and as strange as a test wants them.
struct MadeUpCampaign {
  var rounds = 14
  /// Convolutions; a fully connected layer follows.
  var layers = 21
  var isMeasuredByLayer = true

  /// A small generator: the same campaign every time.
  private struct Noise {
    var state: UInt64

    /// Between -1 and 1.
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 23) - 1
    }
  }

  /// The network with `share` of each inner channel left: layers deeper in the network lose more.
  func network(_ name: String, share: Double, accuracy: Double, noise seed: UInt64 = 1) -> NetworkRecord {
    var noise = Noise(state: seed)
    var records: [LayerRecord] = []
    var inputs = 3
    for index in 0..<layers {
      let stage = min(2, index * 3 / max(layers, 1))
      let full = 16 << stage
      let isInner = index % 2 == 1
      let kept = isInner ? share - 0.1 * Double(stage) * (1 - share) + 0.05 * noise.next() * (1 - share) : 1
      let outputs = max(1, Int((Double(full) * min(1, max(0.02, kept))).rounded()))
      let pixels = 1024 >> (2 * stage)
      let weights = inputs * outputs * 9
      let latency = Double(weights * pixels) / 26e6 + 0.004
      records.append(
        LayerRecord(
          name: index == 0 ? "stem.conv" : "layer\(stage + 1).\(index / 2).conv\(index % 2 + 1)", op: "Conv",
          inputs: inputs, outputs: outputs, parameters: weights, multiplyAccumulates: weights * pixels,
          latency: isMeasuredByLayer ? latency : nil))
      inputs = outputs
    }
    records.append(
      LayerRecord(
        name: "fc", op: "Gemm", inputs: inputs, outputs: 10, parameters: inputs * 10 + 10,
        multiplyAccumulates: inputs * 10, latency: isMeasuredByLayer ? 0.0021 : nil))
    let parameters = Double(records.reduce(0) { $0 + $1.parameters })
    let latency = records.reduce(0.02) { $0 + Double($1.multiplyAccumulates) / 24e6 } * (1 + 0.01 * noise.next())
    return NetworkRecord(
      name: name, model: "networks/\(name).onnx", plan: "networks/\(name).edge",
      measured: [
        .accuracyLoss: MeasuredValue((0.884 - accuracy) * 100),
        .latency: MeasuredValue(latency, lower: latency * 0.985, upper: latency * 1.02),
        .slowLatency: MeasuredValue(latency * 1.3),
        .planBytes: MeasuredValue(parameters * 4 + 98_304),
        .residentBytes: MeasuredValue(parameters * 4 + 2_400_000),
        .parameters: MeasuredValue(parameters),
        .multiplyAccumulates: MeasuredValue(Double(records.reduce(0) { $0 + $1.multiplyAccumulates })),
      ],
      validationTop1: accuracy, layers: records)
  }

  /// The campaign: the policy's own rounds against a made-up answer to pruning.
  var summary: CampaignSummary {
    let bounds = Bounds([.accuracyLoss: 0.5, .planBytes: 1_000_000])
    var baseline = network("baseline", share: 1, accuracy: 0.884)
    baseline.testTop1 = 0.8821
    var noise = Noise(state: 7)
    var policy = AdaptiveThreshold(increment: 1, floor: 1e-6, limit: max(rounds, 1))
    var records: [RoundRecord] = []
    while records.count < rounds, case .round(let round) = policy.next {
      let share = max(0.05, 1 - 0.11 * round.threshold)
      let loss = round.threshold * round.threshold * 0.021 + 0.08 * noise.next()
      let isHopeless = loss > 0.62
      var network = network(
        "round-\(round.number)", share: share, accuracy: 0.884 - loss / 100 - (isHopeless ? 0.05 : 0),
        noise: UInt64(round.number))
      let decision: RoundRecord.Decision =
        isHopeless ? .rejectedEarly : loss > 0.5 ? .rejected : round.number == 1 ? .onward : .accepted
      if decision == .rejected || isHopeless { (network.model, network.plan) = (nil, nil) }
      let points = "\(max(0, loss * 100).rounded() / 100) points"
      let reason =
        switch decision {
        case .accepted: "every bound holds: accuracy lost \(points)"
        case .onward: "accuracy holds, weights and arena are not reached yet"
        case .rejected: "accuracy lost \(points), 0.5 allowed"
        case .rejectedEarly: "half way through its training the accuracy would not have come back"
        }
      records.append(
        RoundRecord(
          round: round, decision: decision, reason: reason, network: network, seconds: 300 + 40 * noise.next()))
      policy.judge(isAccepted: decision == .accepted || decision == .onward)
    }
    let accepted = records.filter { $0.decision == .accepted }.map(\.network)
    let last = accepted.max { ($0.measured[.latency]?.value ?? 0) > ($1.measured[.latency]?.value ?? 0) }
    var best = last
    best?.name = "final"
    best?.model = "networks/final.onnx"
    best?.plan = "networks/final.edge"
    best?.validationTop1 += 0.0012
    best?.testTop1 = 0.8794
    let finals = [best].compactMap { $0 }.map { network in
      CampaignState.FinalRecord(
        training: .init(
          attempt: 1, round: records.first { $0.network.name == last?.name }?.round.number ?? 0, rounds: rounds,
          seconds: nil),
        decision: .accepted, reason: "every bound holds after 40 epochs", network: network, seconds: 1800)
    }
    let kept = accepted.filter { $0.name != last?.name } + [best].compactMap { $0 }
    let front = kept.filter { network in
      !kept.contains { other in
        other.validationTop1 > network.validationTop1
          && (other.measured[.latency]?.value ?? 0) < (network.measured[.latency]?.value ?? 0)
      }
    }
    return CampaignSummary(
      title: "resnet20", job: Self.job, began: "2026-03-14T09:26:53Z", ended: "2026-03-14T11:24:08Z",
      circumstances: [
        .init("target", "local"), .init("processor", "AMD EPYC 7763, 2 cores, AVX2"), .init("threads", "1"),
        .init("data set", "cifar10-jpeg: 50000 pictures for training, 5000 of them for validation, 10000 for tests"),
        .init("edge-run", "0.4.0"), .init("seed", "1"),
      ],
      objective: .latency, bounds: bounds, baseline: baseline, rounds: records,
      finals: finals, front: front, best: best,
      command: best == nil ? nil : "edge-run classify campaign/networks/final.edge picture.jpg --top 3")
  }

  private static let job = """
    # Less latency for at most half a point of accuracy.
    model: models/resnet20.onnx
    data: ../data/cifar10-jpeg
    objective: latency-p50
    bounds:
      accuracy-loss: 0.5
      plan-bytes: 1000000
    budget: 2h
    """
}
