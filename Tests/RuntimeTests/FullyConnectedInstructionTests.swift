import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct FullyConnectedInstructionTests {
  private func build(
    _ rows: Int, _ depth: Int, _ columns: Int, gap: Int, _ activation: FusedActivation, _ set: TestedKernels,
    _ random: inout SeededRandom
  ) -> (fixture: InstructionFixture, instruction: FullyConnectedInstruction, expected: [Float]) {
    let input = random.floats(rows * depth)
    // Gemm's usual order: [K][N].
    let weights = random.floats(depth * columns)
    let bias = random.floats(columns)
    let width = Int(set.kernels.gemm_nr)
    var packed = [Float](repeating: 0, count: ek_f32_packed_gemm_count(columns, depth, 1, width))
    ek_f32_pack_gemm(columns, depth, 1, width, weights, 1, 0, columns, bias, &packed)
    var expected: [Float] = []
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = bias[j]
        for k in 0..<depth { sum = set.multiplyAdd(sum, input[i * depth + k], weights[k * columns + j]) }
        expected.append(set.apply(activation, sum))
      }
    }
    let fixture = InstructionFixture(
      arenaBytes: 8 * (input.count + expected.count) + 65_536, weightBytes: packed.count * 4 + 1024)
    fixture.kernels = set.kernels
    let instruction = FullyConnectedInstruction(
      input: fixture.input(input, [rows, depth], strides: [depth + gap, 1]),
      weights: fixture.weights(packed, [packed.count]),
      output: fixture.output(.float32, [rows, columns], strides: [columns + gap, 1]), activation: activation)
    return (fixture, instruction, expected)
  }

  @Test(arguments: TestedKernels.all) func everyShape(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 40)
    for rows in [1, 2, 3, 7, 20, 65] {
      for (depth, columns) in [(1, 1), (3, 10), (16, 16), (33, 51), (64, 130), (200, 1001)] {
        for gap in [0, 3] {
          let (fixture, instruction, expected) = build(
            rows, depth, columns, gap: gap, testActivations[(rows + depth) % 5], set, &random)
          try fixture.run(instruction, threads: 1 + (rows + gap) % 3)
          let wrong = zip(fixture.values(instruction.output, as: Float.self), expected).count { $0 != $1 }
          #expect(wrong == 0, "\(rows) x \(depth) x \(columns)")
        }
      }
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = SeededRandom(seed: 41)
    let (fixture, instruction, _) = build(2, 5, 7, gap: 0, .identity, TestedKernels.all[0], &random)
    try fixture.validate(instruction)
    func refuses(_ change: (inout FullyConnectedInstruction) -> Void) -> Bool {
      var copy = instruction
      change(&copy)
      return fixture.refuses(copy)
    }
    #expect(refuses { $0.input = $0.output })
    #expect(refuses { $0.output = $0.weights })
    #expect(refuses { $0.weights = $0.input })
    #expect(refuses { $0.weights = .none })
    #expect(refuses { $0.activation.function = 77 })
    fixture.damage(instruction.output) { $0.shape[0] = 1 }
    #expect(refuses { _ in })
    // Kernels of another machine: nothing is known of the weights' order.
    fixture.damage(instruction.output) { $0.shape[0] = 2 }
    fixture.kernels = ek_kernels()
    #expect(refuses { _ in })
  }
}
