import Architectures
import Datasets
import Graph
import Pruning
import Testing

/// Shares, scores of groups, and what is chosen by them.
@Suite struct ChannelSelectionTests {
  private func resnet() throws -> CoupledChannels {
    let architecture = try #require(Architecture.named("resnet20"))
    return try CoupledChannels(try architecture.graph(architecture.parameters(seed: 1)))
  }

  private func scores(_ coupled: CoupledChannels, _ name: String = "random") throws -> GroupScores {
    try GroupScores(coupled, ImportanceCriteria.named(name), ImportanceEvidence(coupled, [], nil))
  }

  private let weightings: [LayerWeighting] = [
    .parameters, .multiplyAccumulates, .activationMemory,
    .latencies(Dictionary(uniqueKeysWithValues: (0..<200).map { ($0, 0.25 + Double($0 % 3)) })),
  ]

  @Test func sharesSumToOne() throws {
    let coupled = try resnet()
    for weighting in weightings {
      for scope in GroupScope.allCases {
        let shares = try weighting.shares(coupled, scope: scope)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
        #expect(zip(coupled.groups, shares).allSatisfy { ($1 > 0) == scope.admits($0) })
      }
    }
  }

  @Test func sharesAreTheLayersOwn() throws {
    let coupled = try resnet()
    let shares = try LayerWeighting.parameters.shares(coupled, scope: .inner)
    // Nine inner convolutions: 3 of 16x16x9, one of 32x16x9 and 2 of 32x32x9, and so on.
    let weights =
      [16, 16, 16].map { $0 * 16 * 9 } + [32 * 16, 32 * 32, 32 * 32].map { $0 * 9 }
      + [64 * 32, 64 * 64, 64 * 64].map { $0 * 9 }
    let total = Double(weights.reduce(0, +))
    let found = zip(coupled.groups, shares).filter { $0.0.producers.count == 1 }.map(\.1)
    #expect(zip(found, weights).allSatisfy { abs($0 - Double($1) / total) < 1e-12 } && found.count == 9)
    // Halving resolution and doubling channels leaves the work as it is.
    let work = try LayerWeighting.multiplyAccumulates.shares(coupled, scope: .inner).filter { $0 > 0 }
    #expect(abs(work[0] - work[8]) < 1e-12 && abs(work[0] - 2 * work[3]) < 1e-12)
    let memory = try LayerWeighting.activationMemory.shares(coupled, scope: .inner).filter { $0 > 0 }
    #expect(abs(memory[0] - 4 * memory[8]) < 1e-12)
    let only = coupled.groups.firstIndex { $0.producers.count == 1 } ?? 0
    let latency = try LayerWeighting.latencies([coupled.groups[only].producers[0]: 3]).shares(coupled)
    #expect(latency[only] == 1)
  }

  @Test func sharesOfNothingAreRefused() throws {
    let coupled = try resnet()
    for wrong in [[:], [3: -1.0], [3: .nan]] {
      #expect(throws: PruningError.self) { try LayerWeighting.latencies(wrong).shares(coupled) }
    }
  }

  @Test func groupsHaveTheMeanOfTheirMembers() throws {
    let coupled = try resnet()
    let scores = try scores(coupled)
    let evidence = try ImportanceEvidence(coupled, [], nil)
    let ofLayers = try ImportanceCriteria.named("random").scores(of: evidence.layers)
    let byLayer = Dictionary(uniqueKeysWithValues: zip(evidence.layers.map(\.layer), ofLayers))
    var wide = 0
    for (group, own) in zip(coupled.groups, scores.byGroup) {
      for (channel, score) in zip(group.channels, try #require(own)) {
        let members = channel.members.map { byLayer[$0.node]?[$0.channel] ?? .nan }
        #expect(abs(score - members.reduce(0, +) / Double(members.count)) < 1e-12)
        wide = max(wide, members.count)
      }
    }
    #expect(wide > 3)
    let inner = try GroupScores(
      coupled, ImportanceCriteria.named("l1"), ImportanceEvidence(coupled, [], nil, scope: .inner))
    #expect(zip(coupled.groups, inner.byGroup).allSatisfy { ($0.producers.count == 1) == ($1 != nil) })
  }

  @Test func theRuleOfThePaper() throws {
    let coupled = try resnet()
    let (scores, shares) = (try scores(coupled), try LayerWeighting.parameters.shares(coupled, scope: .inner))
    let selection = ChannelSelection(coupled.groups)
    let cut = selection.below(threshold: 4, scores, shares: shares)
    var expected = Set<Int32>()
    for (index, group) in coupled.groups.enumerated() where group.producers.count == 1 {
      let own = try #require(scores.byGroup[index])
      var going = zip(group.channels, own).filter { $1 <= 4 * shares[index] }
      if going.count == group.channels.count {
        going.sort { $0.1 < $1.1 }
        going.removeLast()
      }
      expected.formUnion(going.map(\.0.id))
      #expect(cut.widths[index] == group.channels.count - going.count)
    }
    #expect(cut.removed == expected && !expected.isEmpty)
    #expect(selection.below(threshold: 0, scores, shares: shares).removed.isEmpty)
  }

  @Test(arguments: [(1, 1), (3, 1), (1, 8), (5, 4), (1, 1000), (1000, 7)])
  func limitsHold(_ minimum: Int, _ multiple: Int) throws {
    let coupled = try resnet()
    let (scores, shares) = (try scores(coupled), try LayerWeighting.multiplyAccumulates.shares(coupled))
    for scope in GroupScope.allCases {
      let selection = ChannelSelection(coupled.groups, minimum: minimum, multiple: multiple, scope: scope)
      for threshold in [2, 8, 1e9] {
        let cut = selection.below(threshold: threshold, scores, shares: shares)
        for (group, width) in zip(coupled.groups, cut.widths) {
          let whole = group.channels.count
          #expect(width >= min(minimum, whole) && width <= whole)
          #expect(width % multiple == 0 || width == whole)
          #expect(group.channels.count { !cut.removed.contains($0.id) } == width)
          #expect(scope.admits(group) || width == whole)
        }
        // What is chosen can be removed.
        if threshold == 1e9, minimum == 1 { #expect(throws: Never.self) { try coupled.removing(cut.removed) } }
      }
    }
  }

  /// Something that shrinks as channels go.
  private func cost(_ widths: [Int]) -> Double { widths.reduce(0) { $0 + Double($1 * $1) } }

  @Test(arguments: [
    ChannelRanking.raw, .paper, ChannelRanking(normalizes: true, share: .ignored),
    ChannelRanking(normalizes: true, share: .divides), ChannelRanking(normalizes: true, share: .multiplies),
  ]) func theTargetIsReachedByTheSmallestThreshold(_ ranking: ChannelRanking) throws {
    let coupled = try resnet()
    let (scores, shares) = (try scores(coupled), try LayerWeighting.parameters.shares(coupled))
    let selection = ChannelSelection(coupled.groups, scope: .all)
    let whole = cost(selection.widths)
    let ranked = ranking.keys(scores, shares: shares)
    for share in [0.9, 0.5, 0.2] {
      var calls = 0
      let found = selection.reaching(share * whole, keys: ranked) { widths in
        calls += 1
        return cost(widths)
      }
      #expect(found.cost == cost(found.cut.widths) && found.cost <= share * whole && calls < 16)
      // With the next smaller threshold it costs too much.
      let keys = zip(scores.byGroup, shares).map { scores, share -> [Double] in
        let own = scores ?? []
        let mean = ranking.normalizes ? own.reduce(0, +) / Double(own.count) : 1
        return own.map { score in
          switch ranking.share {
          case .ignored: score / mean
          case .divides: score / mean / share
          case .multiplies: score / mean * share
          }
        }
      }
      let smaller = try #require(keys.joined().filter { $0 < found.cut.threshold }.max())
      let wider = keys.map { own in max(own.count { $0 > smaller }, 1) }
      #expect(cost(wider) > share * whole)
      #expect(found.cut.widths == keys.map { own in max(own.count { $0 > found.cut.threshold }, 1) })
      let again = selection.reaching(share * whole, keys: ranked, cost: cost)
      #expect(again.cut == found.cut)
    }
  }

  @Test func targetsThatNeedNothingOrTooMuch() throws {
    let coupled = try resnet()
    let keys = try scores(coupled, "l1").byGroup
    let selection = ChannelSelection(coupled.groups, minimum: 2)
    let nothing = selection.reaching(.infinity, keys: keys, cost: cost)
    #expect(
      nothing.cut.removed.isEmpty && nothing.cut.threshold == -.infinity && nothing.cost == cost(selection.widths))
    let all = selection.reaching(-1, keys: keys, cost: cost)
    #expect(all.cost > -1)
    #expect(zip(coupled.groups, all.cut.widths).allSatisfy { $1 == ($0.producers.count == 1 ? 2 : $0.channels.count) })
  }

  @Test func equalScoresGoByIdentifier() throws {
    let coupled = try resnet()
    let group = try #require(coupled.groups.firstIndex { $0.producers.count == 1 })
    let layer = coupled.groups[group].producers[0]
    let scores = GroupScores(coupled.groups, byLayer: [layer: Array(repeating: 0.5, count: 16)])
    let cut = ChannelSelection(coupled.groups, minimum: 4).reaching(0, keys: scores.byGroup, cost: cost).cut
    #expect(cut.removed == Set(coupled.groups[group].channels.dropFirst(4).map(\.id)))
  }

  @Test func measuredCostsMayFail() throws {
    let coupled = try resnet()
    let keys = try scores(coupled).byGroup
    #expect(throws: PruningError.self) {
      try ChannelSelection(coupled.groups).reaching(1, keys: keys) { _ throws(PruningError) in
        throw .weighting(reason: "the target is gone")
      }
    }
  }
}
