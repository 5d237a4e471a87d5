import TestSupport
import Testing

import Runtime

/// A 3 x 3 convolution to an image in tiles, and what it must yield.
struct TiledConvolutionCase {
  /// Of tiles of the result.
  var rows = 2
  var columns = 3
  var stride = 1
  var depth = 5
  var outputs = 6
  var hasBias = true
  var hasResidual = true
  var activation = FusedActivation.identity
  /// Channels of zeros in front of and behind the residual's own.
  var paddedBefore = 0
  var paddedAfter = 0

  var height: Int { 4 * rows }
  var width: Int { 4 * columns }

  static func activation(_ random: inout SeededRandom) -> FusedActivation {
    [.identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 2)][random.pick(0...2)]
  }

  /// An image, weights `[Cout, Cin, 3, 3]`, bias, and a residual with its zeros, images with channels innermost.
  struct Operands {
    let input: [Float]
    let weights: [Float]
    let bias: [Float]
    let residual: [Float]
  }

  func operands(_ random: inout SeededRandom) -> Operands {
    var residual = random.floats(height * width * outputs)
    for i in residual.indices where isPadding(channel: i % outputs) { residual[i] = 0 }
    return Operands(
      input: random.floats(stride * stride * height * width * depth), weights: random.floats(outputs * depth * 9),
      bias: random.floats(outputs), residual: residual)
  }

  private func isPadding(channel: Int) -> Bool { channel < paddedBefore || channel >= outputs - paddedAfter }

  /// A residual without the channels that are zero by themselves.
  func unpadded(_ residual: [Float]) -> [Float] {
    residual.indices.filter { !isPadding(channel: $0 % outputs) }.map { residual[$0] }
  }

  func expectation(_ operands: Operands) -> [Double] {
    var expected: [Double] = []
    let (lower, upper) = activation.bounds
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<outputs {
          var sum = hasBias ? Double(operands.bias[c]) : 0
          for t in 0..<9 {
            let (row, column) = (stride * y + t / 3 - 1, stride * x + t % 3 - 1)
            if row < 0 || row >= stride * height || column < 0 || column >= stride * width { continue }
            for k in 0..<depth {
              sum +=
                Double(operands.input[(row * stride * width + column) * depth + k])
                * Double(operands.weights[(c * depth + k) * 9 + t])
            }
          }
          sum += hasResidual ? Double(operands.residual[expected.count]) : 0
          expected.append(min(Double(upper), max(Double(lower), sum)))
        }
      }
    }
    return expected
  }
}

/// Images brought into tiles, convolved, and brought back.
struct TiledConvolutionRun<Convolution: PlanInstruction> {
  let test: TiledConvolutionCase
  let fixture: InstructionFixture
  let reorders: [TileOrderInstruction]
  let convolution: Convolution
  let back: TileOrderInstruction
  let expected: [Double]

  /// Expects the right result, and the same bits with any number of threads.
  func check(tolerance: Double) throws {
    var results: [[Float]] = []
    for threads in 1...3 {
      for reorder in reorders { try fixture.run(reorder, threads: threads) }
      try fixture.run(convolution, threads: threads)
      try fixture.run(back, threads: threads)
      results.append(fixture.values(back.output))
    }
    #expect(results[1] == results[0] && results[2] == results[0], "threads change the bits: \(test)")
    let worst = zip(results[0], expected).map { abs(Double($0) - $1) }.max() ?? 0
    // What is clipped was larger before.
    let scale = max((9 * Double(test.depth)).squareRoot(), expected.map(abs).max() ?? 0)
    #expect(worst <= tolerance * scale, "off by \(worst) of \(scale): \(test)")
  }

  /// Runs changed copies of an instruction that are not refused, each with its output where it was.
  func runMutated<I: PlanInstruction>(
    _ instruction: I, _ output: WritableKeyPath<I, TensorID>, count: Int, _ random: inout SeededRandom
  ) throws {
    for _ in 0..<count {
      var copy = mutated(mutated(instruction, &random), &random)
      copy[keyPath: output] = instruction[keyPath: output]
      if !fixture.refuses(copy) { try fixture.run(copy, threads: random.pick(1...2)) }
    }
  }
}
