import Foundation
import Graph
import Pruning
import Testing

/// Criteria that need no more than weights, against direct computations, and what all criteria have in common.
@Suite struct ImportanceCriteriaTests {
  /// Scores of one layer of the small network.
  private func scores(_ name: String, _ network: SmallNetwork, layer: String = "first") throws -> [Double] {
    let coupled = try CoupledChannels(network.graph)
    let criterion = try ImportanceCriteria.named(name)
    let evidence = try ImportanceEvidence(coupled, criterion.needs, MadeUpBatches(8, sizes: [8]))
    let all = try criterion.scores(of: evidence.layers)
    return all[try #require(evidence.layers.firstIndex { $0.name == layer })]
  }

  private func filters(_ network: SmallNetwork, _ layer: String = "first") throws -> [[Double]] {
    let weights = try #require(network.tensor("\(layer).weight"))
    let size = weights.shape.dropFirst().reduce(1, *)
    return (0..<weights.shape[0]).map { Array(weights.doubles[$0 * size..<($0 + 1) * size]) }
  }

  private func expectClose(_ a: [Double], _ b: [Double]) {
    #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(abs($1), 1e-3) }, "\(a), \(b)")
  }

  @Test func namesFindTheirCriteria() throws {
    let names = ImportanceCriteria.names
    #expect(Set(names).count == names.count)
    for name in names { #expect(try ImportanceCriteria.named(name).name == name) }
    for name in [
      "attention", "attention-p2", "attention-p4", "attention-sum", "attention-p4-max", "l1", "l2", "bn-scale",
      "bn-activation", "taylor", "fisher", "geometric-median", "clr-rnf", "reprune", "random",
    ] {
      #expect(names.contains(name))
    }
    #expect(try ImportanceCriteria.named("random-9").name == "random-9")
    for name in ["", "L1", "attention-p3", "random-", "random-x", "attention-max-p2"] {
      #expect(throws: PruningError.self) { try ImportanceCriteria.named(name) }
    }
  }

  @Test func normsOfFilters() throws {
    let network = SmallNetwork()
    let filters = try filters(network)
    expectClose(try scores("l1", network), filters.map { $0.reduce(0) { $0 + abs($1) } })
    expectClose(try scores("l2", network), filters.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() })
    // A filter twice as large.
    var larger = network
    larger.set("first.weight") { for index in 54..<108 { $0[index] *= 2 } }
    for name in ["l1", "l2"] {
      let (before, after) = (try scores(name, network), try scores(name, larger))
      expectClose(after, before.enumerated().map { $0 == 1 ? 2 * $1 : $1 })
    }
  }

  @Test func normalisations() throws {
    let network = SmallNetwork()
    let scale = try #require(network.tensor("first.scale")).doubles
    let bias = try #require(network.tensor("first.bias")).doubles
    expectClose(try scores("bn-scale", network), scale.map { abs($0) })
    // The integral of max(0, x) times the density, by Simpson's rule over ten deviations.
    let expected = zip(bias, scale).map { mean, deviation -> Double in
      let (low, count) = (max(0, mean - 10 * deviation), 20_000)
      let step = (max(mean + 10 * deviation, low) - low) / Double(count)
      return (0...count).reduce(0.0) { sum, index in
        let x = low + Double(index) * step
        let z = (x - mean) / deviation
        let weight = index == 0 || index == count ? 1.0 : index % 2 == 1 ? 4 : 2
        return sum + weight * x * exp(-0.5 * z * z) / (deviation * (2 * Double.pi).squareRoot())
      } * step / 3
    }
    expectClose(try scores("bn-activation", network), expected)
    // Limits: no deviation, a negative scale, and far below zero.
    var limits = network
    limits.set("first.scale") { ($0[0], $0[1], $0[2], $0[3]) = (0, 0, -$0[2], 0.01) }
    limits.set("first.bias") { ($0[0], $0[1], $0[3]) = (0.3, -0.3, -5) }
    let found = try scores("bn-activation", limits)
    #expect(abs(found[0] - 0.3) < 1e-6 && found[1] == 0 && abs(found[2] - expected[2]) < 1e-6 && found[3] >= 0)
    #expect(found[3] < 1e-12)
  }

  @Test func foldedNormalisationsAreReported() throws {
    let network = SmallNetwork(normalizes: false)
    for name in ["bn-scale", "bn-activation"] {
      do {
        _ = try scores(name, network)
        Issue.record("\(name) judged a network without batch normalisation")
      } catch let error as PruningError {
        #expect(error.message.contains("l1") && error.message.contains(name))
      }
    }
    for name in ["l1", "attention", "taylor"] { #expect(try scores(name, network).count == 8) }
  }

  @Test func geometricMedian() throws {
    var network = SmallNetwork()
    let filters = try filters(network)
    let expected = filters.map { own in
      filters.reduce(0.0) { sum, other in
        sum + zip(own, other).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    }
    expectClose(try scores("geometric-median", network), expected)
    // Filters 2 and 5 say the same: both go before any other.
    network.set("first.weight") { for index in 0..<54 { $0[5 * 54 + index] = $0[2 * 54 + index] } }
    let found = try scores("geometric-median", network)
    let order = found.indices.sorted { found[$0] < found[$1] }
    #expect(Set(order.prefix(2)) == [2, 5])
  }

  @Test func reciprocalNearestFiltersAreThoseThatAllRecommend() throws {
    let network = SmallNetwork(seed: 4)
    let filters = try filters(network)
    let found = try scores("clr-rnf", network)
    let order = found.indices.sorted { found[$0] > found[$1] }
    func distance(_ a: Int, _ b: Int) -> Double {
      zip(filters[a], filters[b]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let lists = filters.indices.map { own in
      filters.indices.sorted { distance(own, $0) < distance(own, $1) }
    }
    // The sets of the method, k by k: what is kept by score must grow through all of them.
    for k in 1...8 {
      let common = lists.map { Set($0.prefix(k)) }.reduce(Set(0..<8)) { $0.intersection($1) }
      #expect(Set(order.prefix(common.count)) == common)
    }
    #expect(found.allSatisfy { (0...1).contains($0) })
  }

  @Test func crossLayerRankingKeepsWhatWeightsAllow() throws {
    let coupled = try CoupledChannels(SmallNetwork(seed: 6).graph)
    let evidence = try ImportanceEvidence(coupled, [], nil)
    let scores = try ImportanceCriteria.named("clr-rnf").scores(of: evidence.layers)
    let work = evidence.layers.map { Double($0.multiplyAccumulates) }
    let weighted = zip(evidence.layers, work).map { layer, work in
      layer.filters.weights.map { Double(abs($0)) / work.squareRoot() }
    }
    let all = weighted.flatMap { $0 }.sorted()
    for rate in [0.2, 0.5, 0.8] {
      let threshold = all[Int(rate * Double(all.count))]
      for (own, scores) in zip(weighted, scores) {
        let lost = Double(own.count { $0 < threshold }) / Double(own.count)
        let expected = Double(scores.count) * (1 - lost)
        let kept = scores.count { $0 > rate }
        // A weight at the threshold may fall on either side.
        #expect(abs(Double(kept) - expected.rounded(.down)) <= 1, "\(kept) of \(expected) at \(rate)")
      }
    }
  }

  @Test func representativesAreCoveredFirst() throws {
    // Four kinds of kernels, two filters of each kind: one of every kind comes before the second of any.
    var network = SmallNetwork()
    network.set("first.weight") { weights in
      for filter in 0..<8 {
        for index in 0..<54 {
          weights[filter * 54 + index] =
            (filter % 4 == index % 4 ? 1 : 0) * (1 + 0.01 * Double(filter)) + 0.001 * Double(index % 3)
        }
      }
    }
    let found = try scores("reprune", network)
    let order = found.indices.sorted { found[$0] > found[$1] }
    #expect(Set(order.prefix(4).map { $0 % 4 }) == [0, 1, 2, 3], "\(found)")
    #expect(Set(found).count == 8 && found.allSatisfy { (0...1).contains($0) })
  }

  @Test func randomIsSeeded() throws {
    let network = SmallNetwork()
    let scores = try ["random", "random", "random-2"].map { try self.scores($0, network) }
    #expect(scores[0] == scores[1] && scores[0] != scores[2] && Set(scores[0]).count == 8)
    #expect(scores.joined().allSatisfy { (0..<1).contains($0) })
    #expect(try self.scores("random", network, layer: "last") != Array(scores[0].prefix(5)))
  }

  /// CLR-RNF keeps what all filters are near to, which a filter of zeros is.
  @Test(arguments: ImportanceCriteria.names.filter { $0 != "random" && $0 != "clr-rnf" })
  func aSilentChannelIsTheLeastImportant(_ name: String) throws {
    for seed: UInt64 in [1, 2, 3] {
      var network = SmallNetwork(seed: seed)
      network.silence("first", channel: 3)
      let found = try scores(name, network)
      #expect(found.indices.allSatisfy { $0 == 3 || found[3] < found[$0] }, "\(name): \(found)")
    }
  }
}
