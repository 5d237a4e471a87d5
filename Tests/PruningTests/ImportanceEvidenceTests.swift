import Architectures
import Foundation
import Graph
import Imaging
import Operators
import Pruning
import Runtime
import Testing

/// Evidence from pictures against slow, direct computations.
@Suite struct ImportanceEvidenceTests {
  private let batches = MadeUpBatches(12, sizes: [4])

  private func evidence(
    _ coupled: CoupledChannels, _ kinds: Set<ImportanceEvidence.Kind>, _ batches: MadeUpBatches
  ) throws -> ImportanceEvidence {
    try ImportanceEvidence(coupled, kinds, batches, threads: 2)
  }

  private func expectClose(_ a: [Double], _ b: [Double], _ tolerance: Double, _ what: String) {
    let scale = max(b.map(abs).max() ?? 0, 1e-12)
    let worst = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    #expect(a.count == b.count && worst <= tolerance * scale, "\(what): \(worst) of \(scale)")
  }

  @Test func pointsLieBehindNormalisationAndActivation() throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let layers = coupled.graph.nodes.indices.filter { coupled.graph.nodes[$0].op == "Conv" }
    let points = try coupled.activationPoints(of: layers)
    let names = points.map { coupled.graph.name(of: $0.value) }
    // The stem is used twice behind its activation; `second` meets another value right behind its normalisation.
    #expect(names == ["stem.relu.out", "first.relu.out", "second.normalization.out", "last.relu.out"])
    #expect(
      points.map { $0.normalization.map { coupled.graph.nodes[$0].name } }
        == ["stem", "first", "second", "last"].map { "\($0).normalization" })
    #expect(points.map(\.channels) == [6, 8, 6, 5])
  }

  @Test(arguments: ImportanceCriteria.names.filter { $0.hasPrefix("attention") })
  func attentionIsThePapersFormula(_ name: String) throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let evidence = try evidence(coupled, [.activations], batches)
    let scores = try ImportanceCriteria.named(name).scores(of: evidence.layers)
    var graph = coupled.graph
    graph.outputs = try coupled.activationPoints(of: evidence.layers.map(\.layer)).map(\.value)
    let input = try #require(graph.inputs.first)
    let results = try ReferenceInterpreter(graph).run([input: batches.tensor(0..<12)])
    let power = name.contains("p2") ? 2.0 : name.contains("p4") ? 4.0 : 1.0
    #expect(evidence.pictures == 12 && evidence.layers.count == 4)
    for (index, result) in results.enumerated() {
      let (channels, values) = (result.shape[1], result.doubles)
      let expected = (0..<channels).map { channel -> Double in
        let terms = (0..<36).map { position -> Double in
          let mean = (0..<12).reduce(0.0) { $0 + values[($1 * channels + channel) * 36 + position] } / 12
          return pow(abs(mean), power)
        }
        if name.hasSuffix("max") { return terms.max() ?? 0 }
        return terms.reduce(0, +) / (name.hasSuffix("sum") ? 1 : 36)
      }
      expectClose(scores[index], expected, 1e-5, name)
    }
  }

  /// The loss of one picture.
  private func loss(_ graph: Graph, _ picture: Tensor, _ label: Int) throws -> Double {
    let input = try #require(graph.inputs.first)
    let logits = try ReferenceInterpreter(graph).run([input: picture])[0].doubles
    let largest = logits.max() ?? 0
    return log(logits.reduce(0) { $0 + exp($1 - largest) }) + largest - logits[label]
  }

  @Test(arguments: ["taylor", "fisher"])
  func derivativesAreThoseByGates(_ name: String) throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let scores = try ImportanceCriteria.named(name).scores(of: evidence(coupled, [.gradients], batches).layers)
    // Central differences need float64.
    let precise = try CoupledChannels(SmallNetwork(type: .float64).graph)
    let gated = try ChannelGates(precise, .layers)
    #expect(gated.gates.map(\.name) == ["stem", "first", "second", "last"].map { "\($0)/gate" })
    let step = 1e-5
    for (gate, actual) in zip(gated.gates, scores) {
      var expected = Array(repeating: 0.0, count: gate.channels)
      for channel in 0..<gate.channels {
        for picture in 0..<12 {
          let losses = try [step, -step].map { step -> Double in
            var graph = gated.graph
            let ones = try #require(graph.constants[gate.parameter])
            var values = ones.doubles
            values[channel] += step
            graph.constants[gate.parameter] = Tensor(type: .float64, shape: ones.shape, doubles: values)
            return try loss(graph, batches.tensor(picture..<picture + 1, .float64), batches.labels[picture])
          }
          let derivative = (losses[0] - losses[1]) / (2 * step)
          expected[channel] += (name == "fisher" ? derivative * derivative / 2 : abs(derivative)) / 12
        }
      }
      expectClose(actual, expected, 1e-4, gate.name)
    }
  }

  @Test func theCutIntoBatchesChangesNothing() throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let whole = try evidence(coupled, [.activations, .gradients], MadeUpBatches(12, sizes: [12]))
    for sizes in [[1], [5], [3, 2, 7]] {
      let cut = try evidence(coupled, [.activations, .gradients], MadeUpBatches(12, sizes: sizes))
      for (a, b) in zip(cut.layers, whole.layers) {
        expectClose(try #require(a.activation).means, try #require(b.activation).means, 1e-5, "\(sizes)")
        let (one, other) = (try #require(a.gateGradients), try #require(b.gateGradients))
        expectClose(one.magnitudes, other.magnitudes, 1e-5, "\(sizes)")
        expectClose(one.squares, other.squares, 1e-5, "\(sizes)")
      }
      #expect(cut.pictures == 12)
    }
  }

  @Test func standardErrorsAreThoseOfBatchMeans() throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let all = try evidence(coupled, [.activations], batches)
    let parts = try (0..<3).map { part -> [Double] in
      // Each batch by itself; one batch tells nothing of differences.
      let alone = MadeUpBatches(12, sizes: [4]).part(part * 4..<part * 4 + 4)
      let layers = try evidence(coupled, [.activations], alone).layers
      #expect(layers[1].activation?.standardErrors == nil)
      return try ImportanceCriteria.named("attention").scores(of: layers[1])
    }
    let expected = (0..<8).map { channel -> Double in
      let values = parts.map { $0[channel] }
      let mean = values.reduce(0, +) / 3
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2 / 3).squareRoot()
    }
    expectClose(try #require(all.layers[1].activation?.standardErrors), expected, 1e-3, "standard error")
  }

  @Test(arguments: ["resnet20", "mobilenet-v2-cifar", "densenet40", "signnet"])
  func everyCriterionJudgesArchitectures(_ name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let parameters = architecture.parameters(seed: 2)
    let coupled = try CoupledChannels(try architecture.graph(parameters))
    let pictures = MadeUpBatches(
      3, of: 3 * parameters.inputSize.width * parameters.inputSize.height, classes: parameters.classCount, sizes: [2])
    let evidence = try evidence(coupled, [.activations, .gradients], pictures)
    for name in ["attention", "l2", "taylor", "fisher", "geometric-median", "clr-rnf", "reprune", "random"] {
      let scores = try GroupScores(coupled, ImportanceCriteria.named(name), evidence)
      #expect(scores.byGroup.map { $0?.count } == coupled.groups.map(\.channels.count))
      #expect(scores.byGroup.allSatisfy { group in group?.contains { $0 > 0 } ?? false }, "\(name)")
    }
  }

  @Test func onlyWhatIsAskedForIsThere() throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    let weights = try ImportanceEvidence(coupled, [], nil)
    #expect(weights.pictures == 0 && weights.layers.allSatisfy { $0.activation == nil && $0.gateGradients == nil })
    #expect(try evidence(coupled, [.gradients], batches).layers.allSatisfy { $0.activation == nil })
    let inner = try ImportanceEvidence(coupled, [], nil, scope: .inner)
    #expect(inner.layers.map(\.name) == ["first", "last"])
    for name in ["attention", "taylor", "fisher"] {
      #expect(throws: PruningError.self) { try ImportanceCriteria.named(name).scores(of: weights.layers) }
    }
  }

  @Test func picturesThatDoNotFitAreRefused() throws {
    let coupled = try CoupledChannels(SmallNetwork().graph)
    #expect(throws: PruningError.self) { try ImportanceEvidence(coupled, [.activations], nil) }
    for wrong in [
      MadeUpBatches(0, sizes: [4]), MadeUpBatches(4, of: 100, sizes: [4]), MadeUpBatches(40, classes: 9, sizes: [4]),
    ] {
      #expect(throws: PruningError.self) { try evidence(coupled, [.gradients], wrong) }
    }
  }

  @Test func productsHaveTheirChannelsLast() throws {
    var network = Graph(name: "dense")
    let input = network.addValue("input", type: .float32, shape: [.symbolic("batch"), .fixed(108)])
    network.inputs = [input]
    var value = input
    for (name, shape) in [("hidden", [108, 7]), ("scores", [7, 4])] {
      let weights = (0..<shape[0] * shape[1]).map { Float(($0 * 37 % 23) - 11) / 40 }
      let weight = network.addConstant("\(name).weight", Tensor(weights, shape: shape))
      let output = network.addValue(name)
      network.nodes.append(Node(name: name, op: "MatMul", inputs: [value, weight], outputs: [output]))
      value = output
      if name == "hidden" {
        value = network.addValue("relu")
        network.nodes.append(Node(name: "relu", op: "Relu", inputs: [output], outputs: [value]))
      }
    }
    network.outputs = [value]
    let coupled = try CoupledChannels(network)
    let evidence = try evidence(coupled, [.activations, .gradients], MadeUpBatches(6, sizes: [4]))
    let layer = try #require(evidence.layers.first)
    #expect(evidence.layers.count == 1 && layer.channels == 7 && layer.activation?.positions == 1)
    #expect(layer.gateGradients?.squares.count == 7 && layer.gateGradients?.squares.contains { $0 > 0 } == true)
    // A column of the matrix is a filter.
    #expect(layer.filters[2].first == Float((2 * 37 % 23) - 11) / 40)
  }
}

extension MadeUpBatches {
  /// Some of the pictures as one batch.
  func part(_ range: Range<Int>) -> MadeUpBatches {
    MadeUpBatches(pictures: Array(pictures[range]), labels: Array(labels[range]), sizes: [range.count])
  }

  private init(pictures: [[Float]], labels: [Int], sizes: [Int]) {
    self.pictures = pictures
    self.labels = labels
    self.sizes = sizes
  }
}
