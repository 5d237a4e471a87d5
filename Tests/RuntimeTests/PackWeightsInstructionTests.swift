import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct PackWeightsInstructionTests {
  /// `[groups, columns, depth, rows, taps]`
  private struct Case {
    var shape: [Int]
    var join = 1
    var reverses = false
    var isDepthwise = false
  }

  /// What the packing of constant weights gives, from weights in row-major order with their groups joined.
  private func expected(_ test: Case, _ weights: [Float], _ bias: [Float]?, _ set: TestedKernels) -> [Float] {
    let (columns, depth) = (test.shape[1], test.shape[2])
    let taps = test.shape[3] * test.shape[4]
    let width = Int(test.isDepthwise ? set.kernels.dwconv_nr : set.kernels.gemm_nr)
    let (wide, deep) = (columns * test.join, depth * test.join)
    var result: [Float] = []
    for group in 0..<(test.shape[0] / test.join) {
      var dense = [Float](repeating: 0, count: wide * deep * taps)
      for m in 0..<wide {
        for k in 0..<depth {
          for t in 0..<taps {
            let value = weights[((group * wide + m) * depth + k) * taps + (test.reverses ? taps - 1 - t : t)]
            dense[(m * deep + m / columns * depth + k) * taps + t] = value
          }
        }
      }
      var packed = [Float](repeating: 0, count: ek_f32_packed_gemm_count(wide, deep, taps, width))
      let biases = bias.map { Array($0[group * wide..<(group + 1) * wide]) }
      if let biases {
        ek_f32_pack_gemm(wide, deep, taps, width, dense, deep * taps, 1, taps, biases, &packed)
      } else {
        ek_f32_pack_gemm(wide, deep, taps, width, dense, deep * taps, 1, taps, nil, &packed)
      }
      result += packed
    }
    return result
  }

  @Test(arguments: TestedKernels.all) func equalsPackingOfConstants(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 50)
    var cases = [
      Case(shape: [1, 37, 19, 3, 3]), Case(shape: [1, 16, 8, 1, 1]), Case(shape: [4, 5, 3, 1, 2], join: 2),
      Case(shape: [6, 3, 2, 2, 2], join: 6, reverses: true), Case(shape: [2, 40, 70, 3, 3], reverses: true),
      Case(shape: [1, 45, 1, 3, 3], isDepthwise: true), Case(shape: [1, 160, 64, 3, 3]),
    ]
    for _ in 0..<60 {
      let join = random.pick(1...3)
      cases.append(
        Case(
          shape: [join * random.pick(1...2), random.pick(1...20), random.pick(1...9), random.pick(1...3)]
            + [random.pick(1...3)], join: join, reverses: random.pick(0...1) == 1))
    }
    for test in cases {
      let weights = random.floats(test.shape.product)
      let bias = random.pick(0...1) == 0 ? nil : random.floats(test.shape[0] * test.shape[1])
      let expected = expected(test, weights, bias, set)
      for order in [[0, 1, 2, 3, 4], [0, 1, 3, 4, 2], [0, 2, 3, 4, 1], [4, 3, 2, 1, 0]] {
        let fixture = InstructionFixture(arenaBytes: 16 * (weights.count + expected.count) + 65_536)
        fixture.kernels = set.kernels
        let output = fixture.output(.float32, [expected.count])
        let gap = random.pick(1...2)
        let instruction = PackWeightsInstruction(
          weights: fixture.input(
            weights, test.shape, strides: InstructionFixture.strides(test.shape, order: order, gap: gap)),
          bias: bias.map { fixture.input($0, [$0.count], strides: [gap]) } ?? .none, output: output,
          join: Int32(test.join), reversesTaps: test.reverses, isDepthwise: test.isDepthwise)
        try fixture.run(instruction, threads: random.pick(1...3))
        #expect(fixture.values(output, as: Float.self) == expected, "\(test), order \(order)")
      }
    }
  }

  @Test(arguments: TestedKernels.all) func hostile(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 51)
    for round in 0..<30 {
      let test = Case(shape: [2, 1 + round % 9, 3, 2, 2], join: 1 + round % 2)
      let fixture = InstructionFixture(arenaBytes: 1 << 18)
      fixture.kernels = set.kernels
      let count = expected(test, [Float](repeating: 0, count: test.shape.product), nil, set).count
      let instruction = PackWeightsInstruction(
        weights: fixture.input(random.floats(test.shape.product), test.shape),
        bias: fixture.input(random.floats(2 * test.shape[1]), [2 * test.shape[1]]),
        output: fixture.output(.float32, [count]), join: Int32(test.join))
      try fixture.validate(instruction)
      for _ in 0..<50 {
        var copy = mutated(instruction, &random)
        copy.output = instruction.output
        if !fixture.refuses(copy) { try fixture.run(copy, threads: random.pick(1...2)) }
      }
      for join: Int32 in [0, -1, 3, .max] {
        var copy = instruction
        copy.join = join
        #expect(fixture.refuses(copy))
      }
      fixture.damage(instruction.output) { $0.shape[0] -= 1 }
      #expect(fixture.refuses(instruction))
    }
  }
}
