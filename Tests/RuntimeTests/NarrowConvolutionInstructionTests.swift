import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct NarrowConvolutionInstructionTests {
  struct Case {
    var shape = [1, 3, 5]
    var depth = 37
    var columns = 3
    var hasBias = true
    var hasResidual = true
    /// Channels of something else between pixels.
    var gap = 0
    var activation = FusedActivation.identity

    var pixels: Int { shape.reduce(1, *) }
  }

  private struct Built {
    let fixture: InstructionFixture
    let convolution: NarrowConvolutionInstruction
    let expected: [Double]
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) -> Built {
    let fixture = InstructionFixture()
    fixture.kernels = set.kernels
    let input = random.floats(test.pixels * test.depth)
    let weights = random.floats(test.columns * test.depth)
    let bias = random.floats(test.columns)
    let residual = random.floats(test.pixels * test.columns)
    let (packed, shape) = NarrowConvolutionInstruction.packed(
      weights, columns: test.columns, depth: test.depth, lanes: set.kernels.tile_lanes)
    func strides(_ channels: Int) -> [Int] {
      let pixel = channels + test.gap
      return [test.shape[1] * test.shape[2] * pixel, test.shape[2] * pixel, pixel, 1]
    }
    let (lower, upper) = test.activation.bounds
    let expected = (0..<test.pixels * test.columns).map { index in
      let (pixel, column) = (index / test.columns, index % test.columns)
      var sum = test.hasBias ? Double(bias[column]) : 0
      for k in 0..<test.depth {
        sum += Double(input[pixel * test.depth + k]) * Double(weights[column * test.depth + k])
      }
      if test.hasResidual { sum += Double(residual[index]) }
      return min(Double(upper), max(Double(lower), sum))
    }
    return Built(
      fixture: fixture,
      convolution: NarrowConvolutionInstruction(
        input: fixture.input(input, test.shape + [test.depth], strides: strides(test.depth)),
        weights: fixture.input(packed, shape), bias: test.hasBias ? fixture.input(bias, [bias.count]) : .none,
        residual: test.hasResidual
          ? fixture.input(residual, test.shape + [test.columns], strides: strides(test.columns)) : .none,
        output: fixture.output(.float32, test.shape + [test.columns], strides: strides(test.columns)),
        activation: test.activation),
      expected: expected)
  }

  private static let capable = TestedKernels.all.filter { $0.kernels.tile_lanes > 0 }

  @Test(arguments: capable) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 96)
    for _ in 0..<200 {
      let test = Case(
        shape: [random.pick(1...2), random.pick(1...5), random.pick(1...9)], depth: random.pick(1...70),
        columns: random.pick(1...set.kernels.tile_lanes / 2), hasBias: random.pick(0...1) == 1,
        hasResidual: random.pick(0...1) == 1, gap: random.pick(0...1) * random.pick(1...9),
        activation: [.identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 2)][
          random.pick(0...2)])
      let built = build(test, set, &random)
      var results: [[Float]] = []
      for threads in 1...3 {
        try built.fixture.run(built.convolution, threads: threads)
        results.append(built.fixture.values(built.convolution.output))
      }
      #expect(results[1] == results[0] && results[2] == results[0], "threads change the bits: \(test)")
      let worst = zip(results[0], built.expected).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(worst <= 1e-5 * Double(test.depth).squareRoot(), "off by \(worst): \(test)")
    }
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 97)
    for round in 0..<20 {
      let built = build(Case(hasResidual: round % 2 == 0, gap: round % 3), set, &random)
      for _ in 0..<80 {
        var copy = mutated(mutated(built.convolution, &random), &random)
        copy.output = built.convolution.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
      }
      var curved = built.convolution
      curved.activation = FusedActivation(.sigmoid)
      #expect(built.fixture.refuses(curved))
      built.fixture.damage(built.convolution.weights) { $0.shape[1] -= 1 }
      #expect(built.fixture.refuses(built.convolution))
    }
  }
}
