import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct ConvolutionInstructionTests {
  /// What a test varies; sizes are those of one image.
  struct Case {
    var batch = 1
    var height = 6
    var width = 7
    var groups = 1
    /// Channels of a group.
    var depth = 5
    var columns = 6
    var kernel = (1, 1)
    var stride = (1, 1)
    var dilation = (1, 1)
    var padBegin = (0, 0)
    var padEnd = (0, 0)
    var activation = FusedActivation.identity
    var hasResidual = false
    /// Floats between pixels, rows and images beyond the channels: input, output, residual.
    var inputGap = (0, 0, 0)
    var outputGap = (0, 0, 0)
    var residualGap = (0, 0, 0)

    var outputHeight: Int { extent(height, padBegin.0 + padEnd.0, kernel.0, stride.0, dilation.0) }
    var outputWidth: Int { extent(width, padBegin.1 + padEnd.1, kernel.1, stride.1, dilation.1) }

    private func extent(_ input: Int, _ pads: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let span = input + pads - (kernel - 1) * dilation - 1
      return span < 0 ? 0 : span / stride + 1
    }
  }

  /// The tensors of a case, its instruction, and the result by a plain loop that adds in the kernels' order.
  private struct Built {
    let fixture: InstructionFixture
    let instruction: ConvolutionInstruction
    let output: TensorID
    let expected: [Float]
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) -> Built {
    let (channels, results) = (test.depth * test.groups, test.columns * test.groups)
    let (rows, columns) = (test.outputHeight, test.outputWidth)
    let taps = test.kernel.0 * test.kernel.1
    let input = random.floats(test.batch * test.height * test.width * channels)
    let residual = random.floats(test.batch * rows * columns * results)
    let weights = random.floats(results * test.depth * taps)
    let bias = random.floats(results)
    let width = Int(set.kernels.gemm_nr)
    let groupFloats = ek_f32_packed_gemm_count(test.columns, test.depth, taps, width)
    var packed = [Float](repeating: 0, count: groupFloats * test.groups)
    packed.withUnsafeMutableBufferPointer { packed in
      for g in 0..<test.groups {
        weights.withUnsafeBufferPointer { weights in
          bias.withUnsafeBufferPointer { bias in
            guard let target = packed.baseAddress, let w = weights.baseAddress, let b = bias.baseAddress else { return }
            ek_f32_pack_gemm(
              test.columns, test.depth, taps, width, w + g * test.columns * test.depth * taps, test.depth * taps, 1,
              taps, b + g * test.columns, target + g * groupFloats)
          }
        }
      }
    }
    var expected: [Float] = []
    for n in 0..<test.batch {
      for y in 0..<rows {
        for x in 0..<columns {
          for c in 0..<results {
            var sum = bias[c]
            for v in 0..<test.kernel.0 {
              for u in 0..<test.kernel.1 {
                let row = y * test.stride.0 + v * test.dilation.0 - test.padBegin.0
                let column = x * test.stride.1 + u * test.dilation.1 - test.padBegin.1
                if row < 0 || row >= test.height || column < 0 || column >= test.width { continue }
                for k in 0..<test.depth {
                  let value =
                    input[
                      ((n * test.height + row) * test.width + column) * channels + c / test.columns * test.depth + k]
                  sum = set.multiplyAdd(sum, value, weights[(c * test.depth + k) * taps + v * test.kernel.1 + u])
                }
              }
            }
            if test.hasResidual { sum += residual[((n * rows + y) * columns + x) * results + c] }
            expected.append(set.apply(test.activation, sum))
          }
        }
      }
    }
    let inputShape = [test.batch, test.height, test.width, channels]
    let outputShape = [test.batch, rows, columns, results]
    func strides(_ shape: [Int], _ gap: (Int, Int, Int)) -> [Int] {
      gappedStrides(shape, pixel: gap.0, row: gap.1, image: gap.2)
    }
    let fixture = InstructionFixture(
      arenaBytes: 8 * (input.count + 2 * expected.count) + 65_536, weightBytes: packed.count * 4 + 1024)
    fixture.kernels = set.kernels
    let output = fixture.output(.float32, outputShape, strides: strides(outputShape, test.outputGap))
    let instruction = ConvolutionInstruction(
      input: fixture.input(input, inputShape, strides: strides(inputShape, test.inputGap)),
      weights: fixture.weights(packed, [packed.count]),
      residual: test.hasResidual
        ? fixture.input(residual, outputShape, strides: strides(outputShape, test.residualGap)) : .none,
      output: output, groups: Int32(test.groups), kernelHeight: Int32(test.kernel.0),
      kernelWidth: Int32(test.kernel.1), strideHeight: Int32(test.stride.0), strideWidth: Int32(test.stride.1),
      dilationHeight: Int32(test.dilation.0), dilationWidth: Int32(test.dilation.1),
      padTop: Int32(test.padBegin.0), padLeft: Int32(test.padBegin.1), activation: test.activation)
    return Built(fixture: fixture, instruction: instruction, output: output, expected: expected)
  }

  private func check(
    _ test: Case, _ set: TestedKernels, threads: Int = 1, _ random: inout SeededRandom
  ) throws(PlanError) {
    let built = build(test, set, &random)
    try built.fixture.run(built.instruction, threads: threads)
    let result = built.fixture.values(built.output, as: Float.self)
    let wrong = zip(result, built.expected).count { $0 != $1 }
    #expect(wrong == 0, "\(wrong) of \(result.count) with \(threads) threads: \(test)")
  }

  @Test(arguments: TestedKernels.all) func pointwise(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 20)
    for columns in [1, 3, 8, 13, 16, 17, 27, 33, 51] {
      for hasResidual in [false, true] {
        for activation in testActivations {
          try check(
            Case(depth: 1 + columns % 7, columns: columns, activation: activation, hasResidual: hasResidual), set,
            &random)
        }
      }
    }
  }

  @Test(arguments: TestedKernels.all) func singlePixel(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 21)
    for (groups, columns) in [(1, 37), (1, 130), (3, 19), (2, 40)] {
      for batch in 1...2 {
        try check(
          Case(
            batch: batch, height: 1, width: 1, groups: groups, depth: 9, columns: columns,
            activation: testActivations[columns % 5], hasResidual: batch == 2, outputGap: (3, 0, 0)), set, &random)
      }
    }
  }

  @Test(arguments: TestedKernels.all) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 22)
    for _ in 0..<250 {
      let kernel = (random.pick(1...5), random.pick(1...5))
      let gap = random.pick(0...3)
      let test = Case(
        batch: random.pick(1...2), height: random.pick(1...9), width: random.pick(1...9),
        groups: [1, 1, 1, 2, 3][random.pick(0...4)], depth: random.pick(1...9), columns: random.pick(1...19),
        kernel: kernel, stride: (random.pick(1...3), random.pick(1...3)),
        dilation: (random.pick(1...2), [1, 1, 2][random.pick(0...2)]),
        padBegin: (random.pick(0...3), random.pick(0...3)), padEnd: (random.pick(0...3), random.pick(0...3)),
        activation: testActivations[random.pick(0...4)], hasResidual: random.pick(0...1) == 1,
        inputGap: gap == 0 ? (2, 3, 5) : gap == 1 ? (0, 4, 0) : (0, 0, 0),
        outputGap: gap == 0 ? (1, 0, 0) : gap == 1 ? (3, 2, 1) : (0, 0, 0),
        residualGap: gap == 1 ? (5, 0, 2) : (0, 0, 0))
      try check(test, set, threads: random.pick(1...3), &random)
    }
  }

  /// Large enough for several blocks of rows and for tasks, which are ranges of rows or of panels.
  @Test(arguments: TestedKernels.all, [1, 2, 3, 5]) func tasks(_ set: TestedKernels, _ threads: Int) throws {
    var random = SeededRandom(seed: 23)
    let cases = [
      Case(height: 40, width: 41, depth: 32, columns: 24, activation: FusedActivation(.hardSwish)),
      Case(height: 30, width: 31, depth: 16, columns: 20, kernel: (3, 3), padBegin: (1, 1), padEnd: (1, 1)),
      Case(height: 40, width: 60, depth: 3, columns: 17, kernel: (3, 3), stride: (2, 2), padEnd: (1, 1)),
      Case(height: 7, width: 7, depth: 40, columns: 150, hasResidual: true),
      Case(height: 5, width: 6, groups: 3, depth: 12, columns: 70, activation: FusedActivation(.sigmoid)),
      Case(height: 4, width: 4, groups: 2, depth: 8, columns: 90, kernel: (3, 3), padBegin: (1, 1), padEnd: (1, 1)),
      Case(batch: 5, height: 9, width: 10, depth: 8, columns: 12, kernel: (3, 3), padBegin: (1, 1), padEnd: (1, 1)),
      Case(
        batch: 3, height: 3, width: 4, groups: 2, depth: 8, columns: 18, kernel: (5, 3), padBegin: (2, 1),
        padEnd: (2, 1), activation: FusedActivation(.hardSwish), hasResidual: true, inputGap: (3, 2, 1)),
      Case(height: 1, width: 700, depth: 7, columns: 9, kernel: (1, 9), padBegin: (0, 4), padEnd: (0, 4)),
      Case(height: 1, width: 1, depth: 300, columns: 600, activation: FusedActivation(.relu)),
      Case(batch: 2, height: 12, width: 80, depth: 24, columns: 20, inputGap: (0, 7, 0), outputGap: (2, 0, 0)),
    ]
    for test in cases { try check(test, set, threads: threads, &random) }
  }

  @Test func emptyResult() throws {
    var random = SeededRandom(seed: 24)
    for set in TestedKernels.all {
      try check(Case(height: 2, width: 2, kernel: (3, 3)), set, threads: 2, &random)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = SeededRandom(seed: 25)
    let set = TestedKernels.all[0]
    let built = build(Case(groups: 2, kernel: (3, 3), hasResidual: true), set, &random)
    try built.fixture.validate(built.instruction)
    func refuses(_ change: (inout ConvolutionInstruction) -> Void) -> Bool {
      var copy = built.instruction
      change(&copy)
      return built.fixture.refuses(copy)
    }
    #expect(refuses { $0.groups = 0 })
    #expect(refuses { $0.groups = -1 })
    #expect(refuses { $0.groups = 3 })
    #expect(refuses { $0.groups = 1 })
    #expect(refuses { $0.kernelHeight = 0 })
    #expect(refuses { $0.kernelWidth = 4 })
    #expect(refuses { $0.kernelWidth = .max })
    #expect(refuses { $0.strideHeight = 0 })
    #expect(refuses { $0.strideWidth = .max })
    #expect(refuses { $0.dilationHeight = -1 })
    #expect(refuses { $0.padTop = -1 })
    #expect(refuses { $0.padLeft = .max })
    #expect(refuses { $0.activation.function = 99 })
    #expect(refuses { $0.activation.function = UnaryFunction.isNaN.rawValue })
    #expect(refuses { $0.residual = $0.input })
    #expect(refuses { $0.output = $0.weights })
    #expect(refuses { $0.weights = $0.input })
    #expect(refuses { $0.input = TensorID(99) })
    #expect(refuses { $0.input = .none })
    built.fixture.damage(built.instruction.weights) { $0.shape[0] -= 1 }
    #expect(refuses { _ in })
    built.fixture.damage(built.instruction.weights) { $0.shape[0] += 2 }
    #expect(refuses { _ in })
    built.fixture.damage(built.instruction.weights) { $0.shape[0] -= 1 }
    built.fixture.damage(built.instruction.input) { $0.strides[3] = 2 }
    #expect(refuses { _ in })
  }

  /// Whatever validation accepts must stay inside its memory.
  @Test(arguments: TestedKernels.all) func mutatedFields(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 26)
    for round in 0..<40 {
      let built = build(
        Case(
          groups: 1 + round % 2, kernel: (1 + round % 4, 1 + round / 4 % 4), padBegin: (1, 1), padEnd: (2, 2),
          hasResidual: round % 3 == 0), set, &random)
      for _ in 0..<50 {
        var copy = mutated(built.instruction, &random)
        if random.pick(0...1) == 0 { copy = mutated(copy, &random) }
        // Another output would be as safe, but not the one that the fixture watches.
        copy.output = built.instruction.output
        if !built.fixture.refuses(copy) { try built.fixture.run(copy, threads: random.pick(1...2)) }
      }
    }
  }
}
