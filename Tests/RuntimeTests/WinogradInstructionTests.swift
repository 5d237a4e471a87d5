import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct WinogradInstructionTests {
  struct Case {
    var batch = 2
    var height = 6
    var width = 7
    var depth = 5
    var columns = 6
    var pad = (1, 1)
    var padEnd = (1, 1)
    var tile = 4
    var reverses = false
    var hasBias = false
    var hasResidual = false
    var activation = FusedActivation.identity
    var gap = (0, 0, 0)

    var outputHeight: Int { max(0, height + pad.0 + padEnd.0 - 2) }
    var outputWidth: Int { max(0, width + pad.1 + padEnd.1 - 2) }
  }

  private struct Built {
    let fixture: InstructionFixture
    /// Nil for weights in panels that it does not make.
    let weights: WinogradWeightsInstruction?
    let instruction: WinogradConvolutionInstruction
    let output: TensorID
    let expected: [Double]
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) -> Built {
    let (rows, columns) = (test.outputHeight, test.outputWidth)
    let input = random.floats(test.batch * test.height * test.width * test.depth)
    let weights = random.floats(test.columns * test.depth * 9)
    let bias = random.floats(test.columns)
    let residual = random.floats(test.batch * rows * columns * test.columns)
    var expected: [Double] = []
    for n in 0..<test.batch {
      for y in 0..<rows {
        for x in 0..<columns {
          for c in 0..<test.columns {
            var sum = test.hasBias ? Double(bias[c]) : 0
            for t in 0..<9 {
              let (row, column) = (y + t / 3 - test.pad.0, x + t % 3 - test.pad.1)
              if row < 0 || row >= test.height || column < 0 || column >= test.width { continue }
              for k in 0..<test.depth {
                let value = input[((n * test.height + row) * test.width + column) * test.depth + k]
                sum += Double(value) * Double(weights[(c * test.depth + k) * 9 + (test.reverses ? 8 - t : t)])
              }
            }
            sum += test.hasResidual ? Double(residual[expected.count]) : 0
            let (lower, upper) = test.activation.bounds
            expected.append(min(Double(upper), max(Double(lower), sum)))
          }
        }
      }
    }
    let elements = (test.tile + 2) * (test.tile + 2)
    let usual = Int(set.kernels.gemm_nr)
    let suited = WinogradConvolutionInstruction.panel(
      output: [test.batch, rows, columns, test.columns], tile: test.tile, for: set.kernels.isa, usual: usual)
    let panel = test.reverses ? usual : suited
    let packed = elements * ek_f32_packed_gemm_count(test.columns, test.depth, 1, panel)
    let fixture = InstructionFixture(
      arenaBytes: 8 * (2 * input.count + 4 * expected.count + weights.count) + 4 * packed + 65_536)
    fixture.kernels = set.kernels
    let inputShape = [test.batch, test.height, test.width, test.depth]
    let outputShape = [test.batch, rows, columns, test.columns]
    func strides(_ shape: [Int]) -> [Int] {
      gappedStrides(shape, pixel: test.gap.0, row: test.gap.1, image: test.gap.2)
    }
    let transformed =
      panel == usual
      ? fixture.output(.float32, [packed])
      : fixture.input(
        withUnsafePointer(to: set.kernels) {
          WinogradWeightsInstruction.transformed(
            weights, columns: test.columns, depth: test.depth, tile: test.tile, panel: panel, $0)
        }, [packed])
    let output = fixture.output(.float32, outputShape, strides: strides(outputShape))
    return Built(
      fixture: fixture,
      weights: panel == usual
        ? WinogradWeightsInstruction(
          weights: fixture.input(weights, [test.columns, test.depth, 3, 3]), output: transformed,
          tile: Int32(test.tile), reversesTaps: test.reverses) : nil,
      instruction: WinogradConvolutionInstruction(
        input: fixture.input(input, inputShape, strides: strides(inputShape)), weights: transformed,
        bias: test.hasBias ? fixture.input(bias, [bias.count]) : .none,
        residual: test.hasResidual ? fixture.input(residual, outputShape) : .none, output: output,
        tile: Int32(test.tile), padTop: Int32(test.pad.0),
        padLeft: Int32(test.pad.1), panel: Int32(panel), activation: test.activation),
      output: output, expected: expected)
  }

  private func check(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) throws(PlanError) {
    let built = build(test, set, &random)
    var results: [[Float]] = []
    for threads in 1...3 {
      if let weights = built.weights { try built.fixture.run(weights, threads: threads) }
      try built.fixture.run(built.instruction, threads: threads)
      results.append(built.fixture.values(built.output))
    }
    #expect(results[1] == results[0] && results[2] == results[0], "threads change the bits: \(test)")
    let worst = zip(results[0], built.expected).map { abs(Double($0) - $1) }.max() ?? 0
    let scale = max(1, built.expected.map(abs).max() ?? 0)
    #expect(worst <= 3e-5 * scale, "off by \(worst) of \(scale): \(test)")
  }

  @Test(arguments: TestedKernels.all) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 72)
    for _ in 0..<150 {
      try check(
        Case(
          batch: random.pick(1...3), height: random.pick(1...9), width: random.pick(1...9),
          depth: random.pick(1...19), columns: random.pick(1...37), pad: (random.pick(0...3), random.pick(0...3)),
          padEnd: (random.pick(0...3), random.pick(0...3)), tile: 2 * random.pick(1...2),
          reverses: random.pick(0...1) == 1, hasBias: random.pick(0...1) == 1, hasResidual: random.pick(0...1) == 1,
          activation: [.identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 2)][
            random.pick(0...2)],
          gap: random.pick(0...1) == 0 ? (0, 0, 0) : (2, 1, 3)), set, &random)
    }
  }

  /// Several blocks and tasks.
  @Test(arguments: TestedKernels.all) func blocks(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 73)
    try check(Case(batch: 4, height: 21, width: 18, depth: 33, columns: 40, hasResidual: true), set, &random)
    try check(Case(batch: 9, height: 4, width: 4, depth: 70, columns: 140, reverses: true), set, &random)
    try check(Case(batch: 9, height: 2, width: 2, depth: 65, columns: 130, tile: 2), set, &random)
  }

  /// Panels of several widths, some of which workers share.
  @Test(arguments: TestedKernels.all) func fewTiles(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 75)
    for columns in [1, 16, 17, 32, 33, 48, 49, 64, 65, 80, 96, 97, 144, 160] {
      try check(
        Case(
          batch: 1, height: random.pick(1...8), width: random.pick(1...8), depth: random.pick(1...200),
          columns: columns,
          hasBias: true, hasResidual: columns % 2 == 0), set, &random)
    }
  }

  /// A width that other numbers of tiles do not take.
  @Test(arguments: TestedKernels.all) func refusesPanels(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 76)
    let built = build(Case(batch: 2, height: 16, width: 16, columns: 40), set, &random)
    try built.fixture.validate(built.instruction)
    for panel in [
      0, 1, -Int32(set.kernels.gemm_nr), Int32(set.kernels.gemm_nr) / 2, 2 * Int32(set.kernels.gemm_nr), .max,
    ] {
      var copy = built.instruction
      copy.panel = panel
      #expect(built.fixture.refuses(copy))
    }
  }

  @Test(arguments: TestedKernels.all) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 74)
    for round in 0..<20 {
      let test = Case(tile: 2 + round % 2 * 2, reverses: true, hasBias: true, hasResidual: round % 3 == 0)
      let built = build(test, set, &random)
      let packing = try #require(built.weights)
      try built.fixture.validate(packing)
      try built.fixture.validate(built.instruction)
      for _ in 0..<50 {
        var weights = mutated(packing, &random)
        weights.output = packing.output
        if !built.fixture.refuses(weights) { try built.fixture.run(weights, threads: random.pick(1...2)) }
        var copy = mutated(mutated(built.instruction, &random), &random)
        copy.output = built.instruction.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
      }
      for tile: Int32 in [0, -2, 3, 6, .max] {
        var (weights, copy) = (packing, built.instruction)
        (weights.tile, copy.tile) = (tile, tile)
        #expect(built.fixture.refuses(weights) && built.fixture.refuses(copy))
      }
      var curved = built.instruction
      curved.activation = FusedActivation(.sigmoid)
      #expect(built.fixture.refuses(curved))
      built.fixture.damage(built.instruction.weights) { $0.shape[0] -= 1 }
      #expect(built.fixture.refuses(packing) && built.fixture.refuses(built.instruction))
    }
  }
}
