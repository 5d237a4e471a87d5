import AAPPolicy

/// Summaries that no campaign should write but some file may hold.
enum StrangeCampaigns {
  /// In every text of a summary.
  static let hostile = "</script><script>alert('x')</script>\"'><img src=x onerror=\"y\"> & ]]> \u{1}\u{202e}\u{fffe}"

  /// Every text is hostile.
  static var hostileTexts: CampaignSummary {
    var summary = MadeUpCampaign(rounds: 6, layers: 3).summary
    func spoil(_ network: inout NetworkRecord) {
      network.name += hostile
      network.model = "javascript:alert(1)"
      network.plan = "//elsewhere/\(hostile)"
      for index in network.layers.indices {
        network.layers[index].name += hostile
        network.layers[index].op = hostile
      }
    }
    summary.title = hostile
    summary.job = hostile
    summary.began = hostile
    summary.ended = hostile
    summary.command = hostile
    summary.circumstances = [.init(hostile, hostile)]
    spoil(&summary.baseline)
    for index in summary.rounds.indices {
      summary.rounds[index].reason = hostile
      spoil(&summary.rounds[index].network)
    }
    for index in summary.finals.indices {
      summary.finals[index].reason = hostile
      spoil(&summary.finals[index].network)
    }
    for index in summary.front.indices { spoil(&summary.front[index]) }
    if var best = summary.best {
      spoil(&best)
      summary.best = best
    }
    return summary
  }

  /// Numbers that are none, infinite, zero, negative, or as large as they get.
  static var impossibleNumbers: CampaignSummary {
    let base = MadeUpCampaign(rounds: 12, layers: 6).summary
    var summary = base
    summary.bounds = Bounds([.latency: .infinity, .accuracyLoss: .nan, .planBytes: 1e300, .parameters: -1])
    let values: [Double] = [.infinity, -.infinity, 0, -0.0, -1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e29]
    for index in summary.rounds.indices {
      let value = values[index % values.count]
      summary.rounds[index].seconds = [.nan, .infinity, -1, 1e300][index % 4]
      summary.rounds[index].network.validationTop1 = [.nan, value, -value][index % 3]
      summary.rounds[index].network.testTop1 = .nan
      for quantity in Quantity.allCases {
        summary.rounds[index].network.measured[quantity] = MeasuredValue(value, lower: -.infinity, upper: .infinity)
        if index % 2 == 0 { summary.rounds[index].network.measured[quantity] = MeasuredValue(value) }
      }
      for layer in summary.rounds[index].network.layers.indices {
        summary.rounds[index].network.layers[layer].outputs = index % 2 == 0 ? .max : .min
        summary.rounds[index].network.layers[layer].latency = value
      }
    }
    for index in summary.finals.indices {
      summary.finals[index].seconds = .nan
      summary.finals[index].network = summary.rounds[index].network
    }
    summary.front = summary.rounds.map(\.network)
    summary.best = summary.rounds.first?.network
    summary.best?.layers[0].latency = .nan
    return summary
  }

  /// As much as possible is missing.
  static var nothingMeasured: CampaignSummary {
    var summary = MadeUpCampaign(rounds: 4).summary
    summary.bounds = Bounds([:])
    summary.baseline.measured = [:]
    summary.baseline.layers = []
    for index in summary.rounds.indices {
      summary.rounds[index].network.measured = [:]
      summary.rounds[index].network.layers = []
      summary.rounds[index].decision = .rejected
    }
    summary.finals = []
    (summary.best, summary.front, summary.command, summary.job) = (nil, [], nil, "")
    return summary
  }

  /// One point: every axis is empty.
  static var onePoint: CampaignSummary {
    var summary = MadeUpCampaign(rounds: 0, layers: 1).summary
    summary.bounds = Bounds([:])
    summary.baseline.measured = [.latency: MeasuredValue(0), .parameters: MeasuredValue(0)]
    summary.baseline.layers = [
      LayerRecord(name: "only", op: "Conv", inputs: 0, outputs: 0, parameters: 0, multiplyAccumulates: 0, latency: 0)
    ]
    return summary
  }

  static let all: [(name: String, summary: CampaignSummary)] = [
    ("usual", MadeUpCampaign().summary), ("large", MadeUpCampaign(rounds: 100, layers: 200).summary),
    ("small", MadeUpCampaign(rounds: 2, layers: 1, isMeasuredByLayer: false).summary),
    ("no rounds", MadeUpCampaign(rounds: 0).summary), ("hostile texts", hostileTexts),
    ("impossible numbers", impossibleNumbers), ("nothing measured", nothingMeasured), ("one point", onePoint),
  ]
}
