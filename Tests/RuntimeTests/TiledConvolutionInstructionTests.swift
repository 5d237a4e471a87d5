import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct TiledConvolutionInstructionTests {
  private func build(
    _ test: TiledConvolutionCase, _ set: TestedKernels, _ random: inout SeededRandom
  ) throws -> TiledConvolutionRun<TiledConvolutionInstruction> {
    let grid = TileGrid(rows: test.rows, columns: test.columns, lanes: set.kernels.tile_lanes)
    let operands = test.operands(&random)
    let (transformed, shape) = withUnsafePointer(to: set.kernels) {
      TiledConvolutionInstruction.transformed(
        operands.weights, columns: test.outputs, depth: test.depth, grid, $0)
    }
    let fixture = InstructionFixture(
      arenaBytes: 4 * (2 * test.height * test.width + 16 * grid.plane) * (test.depth + 4 * test.outputs + 16)
        + 4 * transformed.count + 65_536)
    fixture.kernels = set.kernels
    func reorder(_ values: [Float], _ channels: Int, before: Int = 0, after: Int = 0) -> TileOrderInstruction {
      TileOrderInstruction(
        input: fixture.input(values, [1, test.height, test.width, channels - before - after]),
        output: fixture.output(.float32, grid.shape(channels: channels)), tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), makesTiles: true, channelsBefore: Int32(before), channelsAfter: Int32(after))
    }
    let reorders = [
      reorder(operands.input, test.depth),
      reorder(
        test.unpadded(operands.residual), test.outputs, before: test.paddedBefore, after: test.paddedAfter),
    ]
    let output = fixture.output(.float32, grid.shape(channels: test.outputs))
    return TiledConvolutionRun(
      test: test, fixture: fixture, reorders: reorders,
      convolution: TiledConvolutionInstruction(
        input: reorders[0].output, weights: fixture.input(transformed, shape),
        bias: test.hasBias ? fixture.input(operands.bias, [test.outputs]) : .none,
        residual: test.hasResidual ? reorders[1].output : .none, output: output, tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), activation: test.activation),
      back: TileOrderInstruction(
        input: output, output: fixture.output(.float32, [1, test.height, test.width, test.outputs]),
        tileRows: Int32(test.rows), tileColumns: Int32(test.columns), makesTiles: false),
      expected: test.expectation(operands))
  }

  private func check(_ test: TiledConvolutionCase, _ set: TestedKernels, _ random: inout SeededRandom) throws {
    try build(test, set, &random).check(tolerance: 3e-5)
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
        TiledConvolutionCase(
          rows: random.pick(1...most), columns: random.pick(1...most), depth: random.pick(1...40),
          outputs: outputs, hasBias: random.pick(0...1) == 1, hasResidual: random.pick(0...2) > 0,
          activation: TiledConvolutionCase.activation(&random), paddedBefore: before,
          paddedAfter: random.pick(0...outputs - before - 1)), set, &random)
    }
  }

  /// One line of tiles, one column of them, and more tiles than a pair of groups.
  @Test(arguments: capable) func narrowAndLong(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 92)
    try check(TiledConvolutionCase(rows: 1, columns: 50), set, &random)
    try check(TiledConvolutionCase(rows: 50, columns: 1), set, &random)
    try check(TiledConvolutionCase(rows: 14, columns: 14, depth: 3, outputs: 20), set, &random)
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 93)
    for round in 0..<20 {
      let built = try build(
        TiledConvolutionCase(
          columns: round % 4 < 2 ? 2 : 7, hasResidual: round % 2 == 0, paddedBefore: round % 3), set, &random)
      for reorder in built.reorders + [built.back] {
        try built.runMutated(reorder, \.output, count: 30, &random)
      }
      try built.runMutated(built.convolution, \.output, count: 60, &random)
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
