import CKernels
import TestSupport
import Testing

import Runtime

@Suite struct StridedTiledConvolutionInstructionTests {
  /// Every other line and pixel of an image of twice the result's sides.
  private func phase(_ index: Int, of input: [Float], _ test: TiledConvolutionCase) -> [Float] {
    var values: [Float] = []
    for y in 0..<test.height {
      for x in 0..<test.width {
        let pixel = (2 * y + index / 2) * 2 * test.width + 2 * x + index % 2
        values += input[pixel * test.depth..<(pixel + 1) * test.depth]
      }
    }
    return values
  }

  private func build(
    _ test: TiledConvolutionCase, _ set: TestedKernels, _ random: inout SeededRandom
  ) throws -> TiledConvolutionRun<StridedTiledConvolutionInstruction> {
    let grid = TileGrid(rows: test.rows, columns: test.columns, lanes: set.kernels.tile_lanes)
    let operands = test.operands(&random)
    let (packed, shape) = StridedTiledConvolutionInstruction.packed(
      operands.weights, columns: test.outputs, depth: test.depth, grid)
    let fixture = InstructionFixture(
      arenaBytes: 4 * (2 * test.height * test.width + 16 * grid.plane) * (8 * test.depth + 4 * test.outputs + 64)
        + 4 * packed.count + 65_536)
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
        phase(index, of: operands.input, test), test.depth,
        to: fixture.view(
          image, part, strides: InstructionFixture.strides(part), offset: index * part.reduce(1, *)))
    }
    return TiledConvolutionRun(
      test: test, fixture: fixture,
      reorders: reorders + [reorder(operands.residual, test.outputs, to: added)],
      convolution: StridedTiledConvolutionInstruction(
        input: image, weights: fixture.input(packed, shape),
        bias: test.hasBias ? fixture.input(operands.bias, [test.outputs]) : .none,
        residual: test.hasResidual ? added : .none, output: output, tileRows: Int32(test.rows),
        tileColumns: Int32(test.columns), inputChannels: Int32(test.depth), outputChannels: Int32(test.outputs),
        activation: test.activation),
      back: TileOrderInstruction(
        input: output, output: fixture.output(.float32, [1, test.height, test.width, test.outputs]),
        tileRows: Int32(test.rows), tileColumns: Int32(test.columns), makesTiles: false),
      expected: test.expectation(operands))
  }

  private static let capable = TestedKernels.all.filter { $0.kernels.tile_lanes > 0 }

  @Test(arguments: capable) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 94)
    for round in 0..<120 {
      // Every other one has few tiles.
      let most = round % 2 == 0 ? 8 : 3
      let test = TiledConvolutionCase(
        rows: random.pick(1...most), columns: random.pick(1...most), stride: 2, depth: random.pick(1...20),
        outputs: random.pick(1...30), hasBias: random.pick(0...1) == 1, hasResidual: random.pick(0...1) == 1,
        activation: TiledConvolutionCase.activation(&random))
      try build(test, set, &random).check(tolerance: 1e-5)
    }
  }

  @Test(arguments: capable) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 95)
    for round in 0..<20 {
      let built = try build(
        TiledConvolutionCase(columns: round % 4 < 2 ? 2 : 7, stride: 2, hasResidual: round % 2 == 0), set, &random)
      for reorder in built.reorders { try built.fixture.run(reorder) }
      try built.runMutated(built.convolution, \.output, count: 80, &random)
      var curved = built.convolution
      curved.activation = FusedActivation(.sigmoid)
      #expect(built.fixture.refuses(curved))
      built.fixture.damage(built.convolution.weights) { $0.shape[1] -= 1 }
      #expect(built.fixture.refuses(built.convolution))
    }
  }
}
