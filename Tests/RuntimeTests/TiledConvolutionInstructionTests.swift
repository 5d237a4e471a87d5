import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct TiledConvolutionInstructionTests {
  struct Case {
    var rows = 2
    var columns = 3
    var depth = 5
    var outputs = 6
    var hasBias = true
    var hasResidual = true
    var activation = FusedActivation.identity

    /// Channels of zeros in front of and behind the residual's own.
    var paddedBefore = 0
    var paddedAfter = 0

    func isInside(channel: Int) -> Bool { channel >= paddedBefore && channel < outputs - paddedAfter }
    var height: Int { 4 * rows }
    var width: Int { 4 * columns }
  }

  /// An image in pixels, brought into tiles, convolved, and brought back.
  private struct Built {
    let fixture: InstructionFixture
    let reorders: [TileOrderInstruction]
    let convolution: TiledConvolutionInstruction
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
            let (row, column) = (y + t / 3 - 1, x + t % 3 - 1)
            if row < 0 || row >= test.height || column < 0 || column >= test.width { continue }
            for k in 0..<test.depth {
              sum +=
                Double(input[(row * test.width + column) * test.depth + k])
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

  /// A residual without the channels that are zero by themselves.
  private func unpadded(_ residual: [Float], _ test: Case) -> [Float] {
    residual.indices.filter { test.isInside(channel: $0 % test.outputs) }.map { residual[$0] }
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) throws -> Built {
    let grid = TileGrid(rows: test.rows, columns: test.columns, lanes: set.kernels.tile_lanes)
    let pixels = test.height * test.width
    let input = random.floats(pixels * test.depth)
    let weights = random.floats(test.outputs * test.depth * 9)
    let bias = random.floats(test.outputs)
    var residual = random.floats(pixels * test.outputs)
    for i in residual.indices where !test.isInside(channel: i % test.outputs) { residual[i] = 0 }
    let (transformed, shape) = withUnsafePointer(to: set.kernels) {
      TiledConvolutionInstruction.transformed(weights, columns: test.outputs, depth: test.depth, grid, $0)
    }
    let fixture = InstructionFixture(
      arenaBytes: 4 * (2 * pixels + 16 * grid.plane) * (test.depth + 4 * test.outputs + 16) + 4 * transformed.count
        + 65_536)
    fixture.kernels = set.kernels
    func reorder(_ values: [Float], _ channels: Int, before: Int = 0, after: Int = 0) -> TileOrderInstruction {
      TileOrderInstruction(
        input: fixture.input(values, [1, test.height, test.width, channels - before - after]),
        output: fixture.output(.float32, grid.shape(channels: channels)), tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), makesTiles: true, channelsBefore: Int32(before), channelsAfter: Int32(after))
    }
    let (before, after) = (test.paddedBefore, test.paddedAfter)
    let reorders = [
      reorder(input, test.depth),
      reorder(unpadded(residual, test), test.outputs, before: before, after: after),
    ]
    let output = fixture.output(.float32, grid.shape(channels: test.outputs))
    return Built(
      fixture: fixture, reorders: reorders,
      convolution: TiledConvolutionInstruction(
        input: reorders[0].output, weights: fixture.input(transformed, shape),
        bias: test.hasBias ? fixture.input(bias, [bias.count]) : .none,
        residual: test.hasResidual ? reorders[1].output : .none, output: output, tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), activation: test.activation),
      back: TileOrderInstruction(
        input: output, output: fixture.output(.float32, [1, test.height, test.width, test.outputs]),
        tileRows: Int32(test.rows), tileColumns: Int32(test.columns), makesTiles: false),
      expected: expectation(test, input, weights, bias, residual))
  }

  private func check(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) throws {
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
    // What is clipped was larger before.
    let scale = max((9 * Double(test.depth)).squareRoot(), built.expected.map(abs).max() ?? 0)
    #expect(worst <= 3e-5 * scale, "off by \(worst) of \(scale): \(test)")
  }

  private static let capable = TestedKernels.all.filter { $0.kernels.tile_lanes > 0 }

  @Test(arguments: capable) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 91)
    for round in 0..<200 {
      let outputs = random.pick(1...45)
      let before = random.pick(0...outputs - 1)
      // Every other one has few tiles.
      let most = round % 2 == 0 ? 9 : 3
      try check(
        Case(
          rows: random.pick(1...most), columns: random.pick(1...most), depth: random.pick(1...40),
          outputs: outputs, hasBias: random.pick(0...1) == 1, hasResidual: random.pick(0...2) > 0,
          activation: [.identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 2)][
            random.pick(0...2)], paddedBefore: before, paddedAfter: random.pick(0...outputs - before - 1)), set,
        &random)
    }
  }

  /// One line of tiles, one column of them, and more tiles than a pair of groups.
  @Test(arguments: capable) func narrowAndLong(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 92)
    try check(Case(rows: 1, columns: 50), set, &random)
    try check(Case(rows: 50, columns: 1), set, &random)
    try check(Case(rows: 14, columns: 14, depth: 3, outputs: 20), set, &random)
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 93)
    for round in 0..<20 {
      let built = try build(
        Case(rows: 2, columns: round % 4 < 2 ? 2 : 7, hasResidual: round % 2 == 0, paddedBefore: round % 3), set,
        &random)
      for reorder in built.reorders + [built.back] {
        for _ in 0..<30 {
          var copy = mutated(reorder, &random)
          copy.output = reorder.output
          if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
        }
      }
      for _ in 0..<60 {
        var copy = mutated(mutated(built.convolution, &random), &random)
        copy.output = built.convolution.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
      }
      var curved = built.convolution
      curved.activation = FusedActivation(.sigmoid)
      #expect(built.fixture.refuses(curved))
      built.fixture.damage(built.convolution.weights) { $0.shape[2] -= 1 }
      #expect(built.fixture.refuses(built.convolution))
    }
  }

  /// Sets without such kernels refuse the instructions.
  @Test func otherSets() throws {
    for set in TestedKernels.all where set.kernels.tile_lanes == 0 {
      let fixture = InstructionFixture()
      fixture.kernels = set.kernels
      let (image, tiles) = (fixture.output(.float32, [1, 4, 4, 2]), fixture.output(.float32, [2, 16, 16]))
      #expect(
        fixture.refuses(
          TileOrderInstruction(input: image, output: tiles, tileRows: 1, tileColumns: 1, makesTiles: true)))
    }
  }
}
