import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct WeightsGradientInstructionTests {
  struct Case {
    var batch = 2
    var height = 6
    var width = 7
    var groups = 1
    /// Channels of a group.
    var depth = 5
    var columns = 6
    var kernel = (3, 3)
    var stride = (1, 1)
    var dilation = (1, 1)
    var padBegin = (1, 1)
    var padEnd = (1, 1)
    var chunks = 1
    var inputGap = (0, 0, 0)
    var gradientGap = (0, 0, 0)
    /// Floats between taps of the result beyond the channels.
    var resultGap = 0
    var isDepthwise = false
    /// Of Winograd's algorithm, for 3 x 3 taps with strides and dilations of 1.
    var tile = 0

    var outputHeight: Int { extent(height, padBegin.0 + padEnd.0, kernel.0, stride.0, dilation.0) }
    var outputWidth: Int { extent(width, padBegin.1 + padEnd.1, kernel.1, stride.1, dilation.1) }

    private func extent(_ input: Int, _ pads: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let span = input + pads - (kernel - 1) * dilation - 1
      return span < 0 ? 0 : span / stride + 1
    }
  }

  private struct Built<I: PlanInstruction> {
    let fixture: InstructionFixture
    let instruction: I
    let output: TensorID
  }

  private struct Operands {
    let input: [Float]
    let gradient: [Float]
    let expected: [Double]
  }

  /// Random operands and the gradient `[Cout][v][u][Cin / groups]` by its definition, in double.
  private func operands(_ test: Case, _ random: inout SeededRandom) -> Operands {
    let (channels, results) = (test.depth * test.groups, test.columns * test.groups)
    let (rows, columns) = (test.outputHeight, test.outputWidth)
    let input = random.floats(test.batch * test.height * test.width * channels)
    let gradient = random.floats(test.batch * rows * columns * results)
    var expected = [Double](repeating: 0, count: results * test.kernel.0 * test.kernel.1 * test.depth)
    for n in 0..<test.batch {
      for y in 0..<rows {
        for x in 0..<columns {
          for v in 0..<test.kernel.0 {
            for u in 0..<test.kernel.1 {
              let row = y * test.stride.0 + v * test.dilation.0 - test.padBegin.0
              let column = x * test.stride.1 + u * test.dilation.1 - test.padBegin.1
              if row < 0 || row >= test.height || column < 0 || column >= test.width { continue }
              for c in 0..<results {
                let dy = Double(gradient[((n * rows + y) * columns + x) * results + c])
                let from = ((n * test.height + row) * test.width + column) * channels + c / test.columns * test.depth
                let to = ((c * test.kernel.0 + v) * test.kernel.1 + u) * test.depth
                for k in 0..<test.depth { expected[to + k] += dy * Double(input[from + k]) }
              }
            }
          }
        }
      }
    }
    return Operands(input: input, gradient: gradient, expected: expected)
  }

  private func fixture(_ test: Case, _ operands: Operands, _ set: TestedKernels) -> (InstructionFixture, [TensorID]) {
    let fixture = InstructionFixture(
      arenaBytes: 16 * (operands.input.count + operands.gradient.count)
        + 8 * operands.expected.count * (test.chunks + test.resultGap) + 65_536)
    fixture.kernels = set.kernels
    let inputShape = [test.batch, test.height, test.width, test.depth * test.groups]
    let gradientShape = [test.batch, test.outputHeight, test.outputWidth, test.columns * test.groups]
    func strides(_ shape: [Int], _ gap: (Int, Int, Int)) -> [Int] {
      gappedStrides(shape, pixel: gap.0, row: gap.1, image: gap.2)
    }
    let input = fixture.input(operands.input, inputShape, strides: strides(inputShape, test.inputGap))
    let gradient = fixture.input(operands.gradient, gradientShape, strides: strides(gradientShape, test.gradientGap))
    return (fixture, [input, gradient])
  }

  private func build(
    _ test: Case, _ operands: Operands, _ set: TestedKernels
  ) -> Built<ConvolutionWeightsGradientInstruction> {
    let (fixture, ids) = fixture(test, operands, set)
    let tap = test.depth + test.resultGap
    let filter = test.kernel.0 * test.kernel.1 * tap
    let shape = [test.chunks, test.columns * test.groups, test.kernel.0, test.kernel.1, test.depth]
    let output = fixture.output(
      .float32, shape, strides: [shape[1] * filter, filter, test.kernel.1 * tap, tap, 1])
    return Built(
      fixture: fixture,
      instruction: ConvolutionWeightsGradientInstruction(
        input: ids[0], gradient: ids[1], output: output, groups: Int32(test.groups),
        strideHeight: Int32(test.stride.0), strideWidth: Int32(test.stride.1), dilationHeight: Int32(test.dilation.0),
        dilationWidth: Int32(test.dilation.1), padTop: Int32(test.padBegin.0), padLeft: Int32(test.padBegin.1)),
      output: output)
  }

  private func buildWinograd(
    _ test: Case, _ operands: Operands, _ set: TestedKernels
  ) -> Built<WinogradWeightsGradientInstruction> {
    let built = build(test, operands, set)
    let direct = built.instruction
    return Built(
      fixture: built.fixture,
      instruction: WinogradWeightsGradientInstruction(
        input: direct.input, gradient: direct.gradient, output: direct.output, tile: Int32(test.tile),
        padTop: direct.padTop, padLeft: direct.padLeft),
      output: built.output)
  }

  private func buildDepthwise(
    _ test: Case, _ operands: Operands, _ set: TestedKernels
  ) -> Built<DepthwiseWeightsGradientInstruction> {
    let (fixture, ids) = fixture(test, operands, set)
    let output = fixture.output(.float32, [test.chunks, test.kernel.0, test.kernel.1, test.groups])
    return Built(
      fixture: fixture,
      instruction: DepthwiseWeightsGradientInstruction(
        input: ids[0], gradient: ids[1], output: output, strideHeight: Int32(test.stride.0),
        strideWidth: Int32(test.stride.1), dilationHeight: Int32(test.dilation.0),
        dilationWidth: Int32(test.dilation.1), padTop: Int32(test.padBegin.0), padLeft: Int32(test.padBegin.1)),
      output: output)
  }

  /// Runs a case on one to three threads, which must give the same bits, and compares the sum of the chunks.
  private func check(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) throws(PlanError) {
    let operands = operands(test, &random)
    var results: [[Float]] = []
    for threads in 1...3 {
      if test.isDepthwise {
        let built = buildDepthwise(test, operands, set)
        try built.fixture.run(built.instruction, threads: threads)
        results.append(built.fixture.values(built.output))
      } else if test.tile > 0 {
        let built = buildWinograd(test, operands, set)
        try built.fixture.run(built.instruction, threads: threads)
        results.append(built.fixture.values(built.output))
      } else {
        let built = build(test, operands, set)
        try built.fixture.run(built.instruction, threads: threads)
        results.append(built.fixture.values(built.output))
      }
    }
    #expect(results[1] == results[0] && results[2] == results[0], "threads change the bits: \(test)")
    let count = operands.expected.count
    var worst = 0.0
    for i in 0..<count {
      var sum = 0.0
      for chunk in 0..<test.chunks { sum += Double(results[0][chunk * count + i]) }
      // The depthwise instruction has taps before channels.
      let taps = test.kernel.0 * test.kernel.1
      let place = test.isDepthwise ? i % test.groups * taps + i / test.groups : i
      worst = max(worst, abs(sum - operands.expected[place]))
    }
    let scale = max(1, operands.expected.map(abs).max() ?? 0)
    #expect(worst <= (test.tile > 0 ? 3e-5 : 1e-5) * scale, "off by \(worst) of \(scale): \(test)")
  }

  @Test(arguments: TestedKernels.all) func winograd(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 65)
    for _ in 0..<100 {
      let gap = random.pick(0...1) == 0 ? (0, 0, 0) : (2, 1, 3)
      try check(
        Case(
          batch: random.pick(1...3), height: random.pick(1...9), width: random.pick(1...9), depth: random.pick(1...37),
          columns: random.pick(1...19), padBegin: (random.pick(0...3), random.pick(0...3)),
          padEnd: (random.pick(0...3), random.pick(0...3)), chunks: random.pick(1...3), inputGap: gap,
          gradientGap: gap, resultGap: random.pick(0...1) * 3, tile: 2 * random.pick(1...2)), set, &random)
    }
    // Several groups of channels, blocks and tasks.
    for test in [
      Case(batch: 7, height: 19, width: 18, depth: 16, columns: 16, chunks: 3, tile: 4),
      Case(batch: 5, height: 8, width: 8, depth: 80, columns: 70, chunks: 2, tile: 4),
      Case(batch: 33, height: 2, width: 2, depth: 65, columns: 130, tile: 2),
    ] {
      try check(test, set, &random)
    }
  }

  @Test(arguments: TestedKernels.all) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 60)
    for round in 0..<250 {
      let isDepthwise = round % 5 == 4
      let gap = random.pick(0...2)
      let test = Case(
        batch: random.pick(1...4), height: random.pick(1...9), width: random.pick(1...9),
        groups: isDepthwise ? random.pick(1...40) : [1, 1, 1, 2, 3][random.pick(0...4)],
        depth: isDepthwise ? 1 : random.pick(1...19), columns: isDepthwise ? 1 : random.pick(1...19),
        kernel: (random.pick(1...5), random.pick(1...5)), stride: (random.pick(1...3), random.pick(1...3)),
        dilation: (random.pick(1...2), [1, 1, 2][random.pick(0...2)]),
        padBegin: (random.pick(0...3), random.pick(0...3)), padEnd: (random.pick(0...3), random.pick(0...3)),
        chunks: random.pick(1...4), inputGap: gap == 0 ? (2, 3, 5) : gap == 1 ? (0, 4, 0) : (0, 0, 0),
        gradientGap: gap == 0 ? (1, 0, 0) : gap == 1 ? (3, 2, 1) : (0, 0, 0),
        resultGap: isDepthwise ? 0 : random.pick(0...1) * 3, isDepthwise: isDepthwise)
      try check(test, set, &random)
    }
  }

  /// Copied slices of channels, merged taps, several blocks and tasks.
  @Test(arguments: TestedKernels.all) func blocks(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 61)
    let cases = [
      Case(batch: 3, height: 20, width: 33, depth: 16, columns: 16, chunks: 5),
      Case(batch: 3, height: 20, width: 21, depth: 3, columns: 17, chunks: 2),
      Case(batch: 9, height: 9, width: 8, depth: 13, columns: 27, stride: (2, 2), chunks: 1),
      Case(batch: 3, height: 9, width: 9, depth: 100, columns: 90),
      Case(batch: 2, height: 9, width: 9, depth: 300, columns: 20, kernel: (1, 1), padBegin: (0, 0), padEnd: (0, 0)),
      Case(batch: 2, height: 9, width: 9, depth: 20, columns: 100, kernel: (1, 1), stride: (2, 2), padBegin: (0, 0)),
      Case(batch: 3, height: 17, width: 15, groups: 2, depth: 96, columns: 10, dilation: (2, 1), chunks: 2),
      Case(batch: 5, height: 11, width: 11, groups: 300, depth: 1, columns: 1, chunks: 3, isDepthwise: true),
      Case(batch: 3, height: 24, width: 25, groups: 24, depth: 1, columns: 1, stride: (2, 2), isDepthwise: true),
    ]
    for test in cases { try check(test, set, &random) }
  }

  @Test func emptyGradient() throws {
    var random = SeededRandom(seed: 62)
    for set in TestedKernels.all {
      let none = Case(height: 2, width: 2, padBegin: (0, 0), padEnd: (0, 0))
      try check(none, set, &random)
      var depthwise = none
      (depthwise.groups, depthwise.depth, depthwise.columns, depthwise.isDepthwise) = (7, 1, 1, true)
      try check(depthwise, set, &random)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = SeededRandom(seed: 63)
    let test = Case(groups: 2, chunks: 2)
    let built = build(test, operands(test, &random), TestedKernels.all[0])
    try built.fixture.validate(built.instruction)
    func refuses(_ change: (inout ConvolutionWeightsGradientInstruction) -> Void) -> Bool {
      var copy = built.instruction
      change(&copy)
      return built.fixture.refuses(copy)
    }
    #expect(refuses { $0.groups = 0 })
    #expect(refuses { $0.groups = 1 })
    #expect(refuses { $0.groups = 3 })
    #expect(refuses { $0.strideHeight = 0 })
    #expect(refuses { $0.strideWidth = .max })
    #expect(refuses { $0.dilationWidth = -1 })
    #expect(refuses { $0.padTop = -1 })
    #expect(refuses { $0.padLeft = .max })
    #expect(refuses { $0.input = $0.gradient })
    #expect(refuses { $0.output = $0.input })
    #expect(refuses { $0.gradient = .none })
    built.fixture.damage(built.instruction.output) { $0.shape[4] -= 1 }
    #expect(refuses { _ in })
  }

  /// Whatever validation accepts must stay inside its memory.
  @Test(arguments: TestedKernels.all) func mutatedFields(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 64)
    for round in 0..<30 {
      var test = Case(groups: 1 + round % 2, kernel: (1 + round % 4, 1 + round / 4 % 4), padEnd: (2, 2))
      let built = build(test, operands(test, &random), set)
      let simple = Case(padEnd: (2, 2), tile: 2 + round % 2 * 2)
      let winograd = buildWinograd(simple, self.operands(simple, &random), set)
      (test.groups, test.depth, test.columns) = (9, 1, 1)
      let depthwise = buildDepthwise(test, operands(test, &random), set)
      for _ in 0..<40 {
        var copy = mutated(built.instruction, &random)
        if random.pick(0...1) == 0 { copy = mutated(copy, &random) }
        copy.output = built.instruction.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
        var third = mutated(mutated(winograd.instruction, &random), &random)
        third.output = winograd.instruction.output
        if !winograd.fixture.refuses(third) { try winograd.fixture.run(third, threads: random.pick(1...2)) }
        var other = mutated(mutated(depthwise.instruction, &random), &random)
        other.output = depthwise.instruction.output
        if !depthwise.fixture.refuses(other) { try depthwise.fixture.run(other, threads: random.pick(1...2)) }
      }
    }
  }
}
