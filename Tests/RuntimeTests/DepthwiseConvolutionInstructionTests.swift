import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct DepthwiseConvolutionInstructionTests {
  struct Case {
    var batch = 1
    var height = 6
    var width = 7
    var channels = 5
    var kernel = (3, 3)
    var stride = (1, 1)
    var dilation = (1, 1)
    var padBegin = (1, 1)
    var padEnd = (1, 1)
    var activation = FusedActivation.identity
    var inputGap = (0, 0, 0)
    var outputGap = (0, 0, 0)

    var outputHeight: Int { extent(height, padBegin.0 + padEnd.0, kernel.0, stride.0, dilation.0) }
    var outputWidth: Int { extent(width, padBegin.1 + padEnd.1, kernel.1, stride.1, dilation.1) }

    private func extent(_ input: Int, _ pads: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let span = input + pads - (kernel - 1) * dilation - 1
      return span < 0 ? 0 : span / stride + 1
    }
  }

  private struct Built {
    let fixture: InstructionFixture
    let instruction: DepthwiseConvolutionInstruction
    let output: TensorID
    let expected: [Float]
  }

  private func build(_ test: Case, _ set: TestedKernels, _ random: inout SeededRandom) -> Built {
    let channels = test.channels
    let (rows, columns) = (test.outputHeight, test.outputWidth)
    let taps = test.kernel.0 * test.kernel.1
    let input = random.floats(test.batch * test.height * test.width * channels)
    let weights = random.floats(channels * taps)
    let bias = random.floats(channels)
    let width = Int(set.kernels.dwconv_nr)
    var packed = [Float](repeating: 0, count: ek_f32_packed_depthwise_count(channels, taps, width))
    ek_f32_pack_depthwise(channels, taps, width, weights, bias, &packed)
    var expected: [Float] = []
    for n in 0..<test.batch {
      for y in 0..<rows {
        for x in 0..<columns {
          for c in 0..<channels {
            var sum = bias[c]
            for v in 0..<test.kernel.0 {
              for u in 0..<test.kernel.1 {
                let row = y * test.stride.0 + v * test.dilation.0 - test.padBegin.0
                let column = x * test.stride.1 + u * test.dilation.1 - test.padBegin.1
                if row < 0 || row >= test.height || column < 0 || column >= test.width { continue }
                let value = input[((n * test.height + row) * test.width + column) * channels + c]
                sum = set.multiplyAdd(sum, value, weights[c * taps + v * test.kernel.1 + u])
              }
            }
            expected.append(set.apply(test.activation, sum))
          }
        }
      }
    }
    let inputShape = [test.batch, test.height, test.width, channels]
    let outputShape = [test.batch, rows, columns, channels]
    func strides(_ shape: [Int], _ gap: (Int, Int, Int)) -> [Int] {
      gappedStrides(shape, pixel: gap.0, row: gap.1, image: gap.2)
    }
    let fixture = InstructionFixture(
      arenaBytes: 8 * (input.count + expected.count) + 65_536, weightBytes: packed.count * 4 + 1024)
    fixture.kernels = set.kernels
    let output = fixture.output(.float32, outputShape, strides: strides(outputShape, test.outputGap))
    let instruction = DepthwiseConvolutionInstruction(
      input: fixture.input(input, inputShape, strides: strides(inputShape, test.inputGap)),
      weights: fixture.weights(packed, [packed.count]), output: output, kernelHeight: Int32(test.kernel.0),
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

  @Test(arguments: TestedKernels.all) func usualGeometries(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 30)
    for kernel in [3, 5] {
      for stride in 1...2 {
        for size in 1...12 {
          for pad in 0...(kernel / 2) {
            try check(
              Case(
                height: size, width: 13 - size, channels: 1 + size * 3 % 23, kernel: (kernel, kernel),
                stride: (stride, stride), padBegin: (pad, pad), padEnd: (pad, kernel - 1 - pad),
                activation: testActivations[size % 5]), set, &random)
          }
        }
      }
    }
  }

  @Test(arguments: TestedKernels.all) func anyGeometry(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 31)
    for _ in 0..<250 {
      let test = Case(
        batch: random.pick(1...2), height: random.pick(1...9), width: random.pick(1...9),
        channels: random.pick(1...40), kernel: (random.pick(1...7), random.pick(1...7)),
        stride: (random.pick(1...3), random.pick(1...3)), dilation: (random.pick(1...2), random.pick(1...2)),
        padBegin: (random.pick(0...4), random.pick(0...4)), padEnd: (random.pick(0...4), random.pick(0...4)),
        activation: testActivations[random.pick(0...4)], inputGap: random.pick(0...1) == 0 ? (2, 3, 5) : (0, 0, 0),
        outputGap: random.pick(0...1) == 0 ? (1, 2, 3) : (0, 0, 0))
      try check(test, set, threads: random.pick(1...3), &random)
    }
  }

  @Test(arguments: TestedKernels.all, [1, 2, 3, 5]) func tasks(_ set: TestedKernels, _ threads: Int) throws {
    var random = SeededRandom(seed: 32)
    try check(
      Case(height: 40, width: 30, channels: 33, activation: FusedActivation(.sigmoid)), set, threads: threads, &random)
    // Few rows and many channels: tasks are ranges of channels.
    try check(
      Case(
        height: 4, width: 20, channels: 345, kernel: (5, 5), padBegin: (2, 2), padEnd: (2, 2),
        activation: FusedActivation(.hardSwish)), set, threads: threads, &random)
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = SeededRandom(seed: 33)
    let built = build(Case(), TestedKernels.all[0], &random)
    try built.fixture.validate(built.instruction)
    func refuses(_ change: (inout DepthwiseConvolutionInstruction) -> Void) -> Bool {
      var copy = built.instruction
      change(&copy)
      return built.fixture.refuses(copy)
    }
    #expect(refuses { $0.kernelHeight = 4 })
    #expect(refuses { $0.kernelWidth = -1 })
    #expect(refuses { $0.strideHeight = 0 })
    #expect(refuses { $0.dilationWidth = 0 })
    #expect(refuses { $0.padTop = .min })
    #expect(refuses { $0.activation.function = 10 })
    #expect(refuses { $0.output = $0.weights })
    #expect(refuses { $0.weights = $0.output })
    #expect(refuses { $0.input = .none })
    built.fixture.damage(built.instruction.input) { $0.shape[3] -= 1 }
    #expect(refuses { _ in })
  }

  @Test(arguments: TestedKernels.all) func mutatedFields(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 34)
    for round in 0..<40 {
      let built = build(
        Case(channels: 1 + round, kernel: (1 + round % 5, 1 + round / 5 % 5), padBegin: (2, 2), padEnd: (2, 2)), set,
        &random)
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
