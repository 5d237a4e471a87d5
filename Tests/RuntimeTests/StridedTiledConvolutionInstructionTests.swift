import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct StridedTiledConvolutionInstructionTests {
  /// Of the result.
  struct Case {
    var rows = 2
    var columns = 3
    var depth = 5
    var outputs = 6
    var hasBias = true
    var hasResidual = true
    var activation = FusedActivation.identity

    var height: Int { 4 * rows }
    var width: Int { 4 * columns }
  }

  /// The phases of an image in pixels and a residual, brought into tiles; the convolution; its result in pixels.
  private struct Built {
    let fixture: InstructionFixture
    let reorders: [TileOrderInstruction]
    let convolution: StridedTiledConvolutionInstruction
    let back: TileOrderInstruction
    let expected: [Double]
  }

  private func expectation(
    _ test: Case, _ input: [Float], _ weights: [Float], _ bias: [Float], _ residual: [Float]
  ) -> [Double] {
    var expected: [Double] = []
    let (lower, upper) = test.activation.bounds
    for y in 0..<test.height {
      for x in 0..<test.width {
        for c in 0..<test.outputs {
          var sum = test.hasBias ? Double(bias[c]) : 0
          for t in 0..<9 {
            let (row, column) = (2 * y + t / 3 - 1, 2 * x + t % 3 - 1)
            if row < 0 || column < 0 { continue }
            for k in 0..<test.depth {
              sum +=
                Double(input[(row * 2 * test.width + column) * test.depth + k])
                * Double(weights[(c * test.depth + k) * 9 + t])
            }
          }
          sum += test.hasResidual ? Double(residual[expected.count]) : 0
          expected.append(min(Double(upper), max(Double(lower), sum)))
        }
      }
    }
    return expected
  }

  /// Every other line and pixel of an image of twice the result's sides.
  private func phase(_ index: Int, of input: [Float], _ test: Case) -> [Float] {
    var values: [Float] = []
    for y in 0..<test.height {
      for x in 0..<test.width {
        let pixel = (2 * y + index / 2) * 2 * test.width + 2 * x + index % 2
        values += input[pixel * test.depth..<(pixel + 1) * test.depth]
      }
    }
    return values
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) throws -> Built {
    let grid = TileGrid(rows: test.rows, columns: test.columns, lanes: set.kernels.tile_lanes)
    let pixels = test.height * test.width
    let input = random.floats(4 * pixels * test.depth)
    let weights = random.floats(test.outputs * test.depth * 9)
    let bias = random.floats(test.outputs)
    let residual = random.floats(pixels * test.outputs)
    let (packed, shape) = StridedTiledConvolutionInstruction.packed(
      weights, columns: test.outputs, depth: test.depth, grid)
    let fixture = InstructionFixture(
      arenaBytes: 4 * (2 * pixels + 16 * grid.plane) * (8 * test.depth + 4 * test.outputs + 64) + 4 * packed.count
        + 65_536)
    fixture.kernels = set.kernels
    func reorder(_ values: [Float], _ channels: Int, to output: TensorID) -> TileOrderInstruction {
      TileOrderInstruction(
        input: fixture.input(values, [1, test.height, test.width, channels]), output: output,
        tileRows: Int32(test.rows), tileColumns: Int32(test.columns), makesTiles: true)
    }
    var phases = grid.shape(channels: test.depth)
    let part = phases
    phases[0] *= 4
    let image = fixture.output(.float32, phases)
    let added = fixture.output(.float32, grid.shape(channels: test.outputs))
    let output = fixture.output(.float32, grid.shape(channels: test.outputs))
    let reorders = (0..<4).map { index in
      reorder(
        phase(index, of: input, test), test.depth,
        to: fixture.view(
          image, part, strides: InstructionFixture.strides(part), offset: index * part.reduce(1, *)))
    }
    return Built(
      fixture: fixture, reorders: reorders + [reorder(residual, test.outputs, to: added)],
      convolution: StridedTiledConvolutionInstruction(
        input: image, weights: fixture.input(packed, shape),
        bias: test.hasBias ? fixture.input(bias, [bias.count]) : .none,
        residual: test.hasResidual ? added : .none, output: output, tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), inputChannels: Int32(test.depth), outputChannels: Int32(test.outputs),
        activation: test.activation),
      back: TileOrderInstruction(
        input: output, output: fixture.output(.float32, [1, test.height, test.width, test.outputs]),
        tileRows: Int32(test.rows), tileColumns: Int32(test.columns), makesTiles: false),
      expected: expectation(test, input, weights, bias, residual))
  }

  private static let capable = TestedKernels.all.filter { $0.kernels.tile_lanes > 0 }

  @Test(arguments: capable) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 94)
    for round in 0..<120 {
      // Every other one has few tiles.
      let most = round % 2 == 0 ? 8 : 3
      let test = Case(
        rows: random.pick(1...most), columns: random.pick(1...most), depth: random.pick(1...20),
        outputs: random.pick(1...30), hasBias: random.pick(0...1) == 1, hasResidual: random.pick(0...1) == 1,
        activation: [.identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 2)][
          random.pick(0...2)])
      let built = try build(test, set, &random)
      var results: [[Float]] = []
      for threads in 1...3 {
        for reorder in built.reorders { try built.fixture.run(reorder, threads: threads) }
        try built.fixture.run(built.convolution, threads: threads)
        try built.fixture.run(built.back, threads: threads)
        results.append(built.fixture.values(built.back.output))
      }
      #expect(results[1] == results[0] && results[2] == results[0], "threads change the bits: \(test)")
      let worst = zip(results[0], built.expected).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(worst <= 1e-5 * (9 * Double(test.depth)).squareRoot(), "off by \(worst): \(test)")
    }
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 95)
    for round in 0..<20 {
      let built = try build(
        Case(rows: 2, columns: round % 4 < 2 ? 2 : 7, hasResidual: round % 2 == 0), set, &random)
      for reorder in built.reorders { try built.fixture.run(reorder) }
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
