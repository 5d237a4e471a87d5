import CKernels
import Foundation
import Runtime
import TestSupport
import Testing

/// Softmax, Normalize, LocalResponseNormalization, Resample.
@Suite struct NormalizationInstructionTests {
  @Test func softmaxAlongEveryAxis() throws {
    var random = SeededRandom(seed: 30)
    for shape in [[3, 4, 5], [2, 1000], [7], [2, 3, 300]] {
      let values = random.floats(shape.product, in: -20...20)
      for axis in shape.indices {
        var reduced = shape
        reduced[axis] = 1
        var sums = Array(repeating: 0.0, count: reduced.product)
        for (value, p) in zip(values, shape.positions) { sums[reduced.index(of: p)] += exp(Double(value)) }
        let expected = zip(values, shape.positions).map { exp(Double($0)) / sums[reduced.index(of: $1)] }
        for (layout, other) in zip(layouts(shape), layouts(shape).reversed()) {
          for kernels in kernelTables() {
            for logarithm in [0, 1] as [Int32] {
              let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
              fixture.kernels = kernels
              let input = fixture.input(values, shape, strides: layout)
              let output = fixture.output(.float32, shape, strides: other)
              try fixture.run(
                SoftmaxInstruction(logarithm: logarithm, input: input, output: output, axis: Int32(axis)), threads: 3)
              let results: [Float] = fixture.values(output)
              let agree = zip(results, expected).allSatisfy {
                logarithm == 0
                  ? agrees(Double($0), $1, relative: 3e-6, absolute: 1e-12)
                  : agrees(Double($0), log($1), relative: 1e-6, absolute: 3e-6)
              }
              #expect(agree, "\(shape) along \(axis), logarithm \(logarithm)")
            }
          }
        }
      }
    }
  }

  @Test func softmaxOfLargeNumbersAndDoubles() throws {
    let fixture = InstructionFixture()
    let output = fixture.output(.float32, [3])
    try fixture.run(
      SoftmaxInstruction(
        logarithm: 0, input: fixture.input([1e30, 1e30, -1e30] as [Float], [3]), output: output, axis: 0))
    #expect(fixture.values(output) == [0.5, 0.5, 0] as [Float])
    let doubles = fixture.output(.float64, [2, 2])
    let input = fixture.input([0, log(3.0), 800, 800] as [Double], [2, 2])
    try fixture.run(SoftmaxInstruction(logarithm: 0, input: input, output: doubles, axis: 1))
    for (a, b) in zip(fixture.values(doubles, as: Double.self), [0.25, 0.75, 0.5, 0.5]) {
      #expect(agrees(a, b, relative: 1e-15))
    }
    try fixture.run(SoftmaxInstruction(logarithm: 0, input: doubles, output: doubles, axis: 1))
    let nan = fixture.output(.float32, [2])
    try fixture.run(
      SoftmaxInstruction(logarithm: 0, input: fixture.input([.nan, 1] as [Float], [2]), output: nan, axis: 0))
    #expect(fixture.values(nan, as: Float.self).allSatisfy { $0.isNaN })
    try fixture.run(
      SoftmaxInstruction(
        logarithm: 0, input: fixture.input([] as [Float], [2, 0]), output: fixture.output(.float32, [2, 0]), axis: 1))
    func refuses(_ input: TensorID, _ output: TensorID, _ axis: Int32) -> Bool {
      fixture.refuses(SoftmaxInstruction(logarithm: 0, input: input, output: output, axis: axis))
    }
    #expect(refuses(input, doubles, 2))
    #expect(refuses(input, doubles, -1))
    #expect(refuses(input, output, 1))
    #expect(refuses(fixture.input([1] as [Int32], [1]), fixture.output(.int32, [1]), 0))
  }

  @Test func normalizesOverAnyAxes() throws {
    var random = SeededRandom(seed: 31)
    let shape = [2, 300, 3, 4]
    let values = random.floats(shape.product, in: 10...12)
    for (axes, scaleShape) in [(12, [300, 1, 1]), (14, [300, 3, 4]), (2, [1, 300, 1, 1]), (8, [4]), (15, [])]
      as [(Int32, [Int])]
    {
      let reduced = shape.indices.map { axes >> Int32($0) & 1 == 1 ? 1 : shape[$0] }
      let (scales, biases) = (
        random.floats(scaleShape.product, in: -4...4), random.floats(scaleShape.product, in: -4...4)
      )
      var groups = Array(repeating: [Double](), count: reduced.product)
      for (value, p) in zip(values, shape.positions) { groups[reduced.index(of: p)].append(Double(value)) }
      let means = groups.map { $0.reduce(0, +) / Double($0.count) }
      let factors = zip(groups, means).map { group, mean in
        1 / (group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count) + 1e-5).squareRoot()
      }
      for hasScale in [true, false] {
        let expected = zip(values, shape.positions).map { value, p -> Double in
          let group = reduced.index(of: p)
          let own = scaleShape.index(of: p.suffix(scaleShape.count))
          let normal = (Double(value) - means[group]) * factors[group]
          return hasScale ? normal * Double(scales[own]) + Double(biases[own]) : normal
        }
        for (layout, other) in zip(layouts(shape), layouts(shape).reversed()) {
          for threads in [1, 3] {
            let fixture = InstructionFixture(arenaBytes: 1 << 18, weightBytes: 1 << 16)
            let output = fixture.output(.float32, shape, strides: threads == 1 ? layout : other)
            let meanOutput = fixture.output(.float32, reduced)
            let factorOutput = fixture.output(.float32, reduced, strides: InstructionFixture.strides(reduced, gap: 2))
            func operand(_ values: [Float]) -> TensorID {
              hasScale ? fixture.broadcast(fixture.weights(values, scaleShape), to: shape) : .none
            }
            try fixture.run(
              NormalizeInstruction(
                input: fixture.input(values, shape, strides: layout), scale: operand(scales), bias: operand(biases),
                output: output, mean: hasScale ? meanOutput : .none,
                inverseDeviation: hasScale ? factorOutput : .none, axes: axes, epsilon: 1e-5), threads: threads)
            let agree = zip(fixture.values(output, as: Float.self), expected).allSatisfy {
              agrees(Double($0), $1, relative: 1e-5, absolute: 2e-5)
            }
            #expect(agree, "axes \(axes), strides \(layout), scale \(hasScale)")
            if hasScale {
              #expect(fixture.values(meanOutput) == means.map { Float($0) })
              #expect(
                zip(fixture.values(factorOutput, as: Float.self), factors).allSatisfy {
                  agrees(Double($0), $1, relative: 1e-6)
                })
            }
          }
        }
      }
    }
  }

  @Test func refusesNormalizationsThatCannotRun() {
    let fixture = InstructionFixture()
    let input = fixture.input([1, 2, 3, 4] as [Float], [2, 2])
    let output = fixture.output(.float32, [2, 2])
    func refuses(
      scale: TensorID = .none, output: TensorID, mean: TensorID = .none, axes: Int32 = 2
    ) -> Bool {
      fixture.refuses(
        NormalizeInstruction(
          input: input, scale: scale, bias: .none, output: output, mean: mean, inverseDeviation: .none, axes: axes,
          epsilon: 0))
    }
    #expect(!refuses(output: output))
    #expect(refuses(output: fixture.output(.float64, [2, 2])))
    #expect(refuses(output: output, axes: 4))
    #expect(refuses(output: output, axes: -1))
    #expect(refuses(scale: fixture.input([1, 2] as [Float], [2]), output: output))
    #expect(refuses(scale: fixture.input([1, 2, 3, 4] as [Int32], [2, 2]), output: output))
    #expect(refuses(output: output, mean: fixture.output(.float32, [2, 2])))
    #expect(refuses(output: output, mean: fixture.weights([0, 0] as [Float], [2, 1])))
    #expect(!refuses(output: output, mean: fixture.output(.float32, [2, 1])))
  }

  @Test func localResponseNormalization() throws {
    var random = SeededRandom(seed: 32)
    let shape = [2, 7, 3, 2]
    let values = random.floats(shape.product, in: -4...4)
    for (size, beta) in [(1, 0.75), (3, 0.75), (4, 0.5), (5, 0.75), (50, 1.25)] as [(Int, Float)] {
      let expected = shape.positions.map { p -> Double in
        let first = max(0, p[1] - (size - 1) / 2)
        let last = min(6, p[1] + Int((Double(size - 1) / 2).rounded(.up)))
        let sum = (first...last).reduce(0.0) { sum, c in
          let x = Double(values[shape.index(of: [p[0], c, p[2], p[3]])])
          return sum + x * x
        }
        return Double(values[shape.index(of: p)]) / pow(2 + 0.3 / Double(size) * sum, Double(beta))
      }
      for layout in layouts(shape) {
        let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 64)
        let output = fixture.output(.float32, shape, strides: layout)
        let input = fixture.input(values, shape, strides: layout)
        try fixture.run(
          LocalResponseNormalizationInstruction(
            input: input, output: output, size: Int32(size), alpha: 0.3, beta: beta, bias: 2), threads: 2)
        let agree = zip(fixture.values(output, as: Float.self), expected).allSatisfy {
          agrees(Double($0), $1, relative: 1e-6)
        }
        #expect(agree, "size \(size), strides \(layout)")
        #expect(
          fixture.refuses(
            LocalResponseNormalizationInstruction(input: input, output: output, size: 0, alpha: 1, beta: 1, bias: 1)))
      }
    }
  }

  @Test func resamplesAlongEveryAxis() throws {
    var random = SeededRandom(seed: 33)
    let shape = [2, 5, 4, 6]
    let values = random.floats(shape.product, in: -4...4)
    for axis in shape.indices {
      for taps in [1, 4] {
        let extent = 9
        let indices: [Int32] = random.integers(extent * taps, in: 0...Int32(shape[axis] - 1))
        let weights = random.floats(extent * taps, in: -4...4)
        var outputShape = shape
        outputShape[axis] = extent
        let expected = outputShape.positions.map { p in
          (0..<taps).reduce(0.0) { sum, tap in
            var source = p
            source[axis] = Int(indices[p[axis] * taps + tap])
            return sum + Double(weights[p[axis] * taps + tap]) * Double(values[shape.index(of: source)])
          }
        }
        for (layout, other) in zip(layouts(shape), layouts(outputShape)) {
          let fixture = InstructionFixture(arenaBytes: 1 << 15, weightBytes: 1 << 12)
          let output = fixture.output(.float32, outputShape, strides: other)
          try fixture.run(
            ResampleInstruction(
              input: fixture.input(values, shape, strides: layout), output: output, axis: Int32(axis),
              taps: Int32(taps), indices: fixture.weights(indices, [extent, taps]),
              weights: fixture.weights(weights, [extent, taps])), threads: 2)
          let agree = zip(fixture.values(output, as: Float.self), expected).allSatisfy {
            agrees(Double($0), $1, relative: 1e-5, absolute: 1e-5)
          }
          #expect(agree, "axis \(axis), \(taps) taps, strides \(layout)")
        }
      }
    }
  }

  @Test func refusesResamplingOutsideTheInput() {
    let fixture = InstructionFixture()
    let input = fixture.input([1, 2, 3] as [Float], [3])
    let output = fixture.output(.float32, [2])
    let weights = fixture.weights([1, 1] as [Float], [2, 1])
    func refuses(_ indices: TensorID, _ weights: TensorID, axis: Int32 = 0, taps: Int32 = 1) -> Bool {
      fixture.refuses(
        ResampleInstruction(input: input, output: output, axis: axis, taps: taps, indices: indices, weights: weights))
    }
    let sound = fixture.weights([0, 2] as [Int32], [2, 1])
    #expect(!refuses(sound, weights))
    #expect(refuses(sound, weights, axis: 1))
    #expect(refuses(sound, weights, taps: 0))
    #expect(refuses(sound, weights, taps: 2))
    #expect(refuses(sound, weights, taps: .max))
    #expect(refuses(fixture.weights([0, 3] as [Int32], [2, 1]), weights))
    #expect(refuses(fixture.weights([0, -1] as [Int32], [2, 1]), weights))
    #expect(refuses(fixture.input([0, 1] as [Int32], [2, 1]), weights))
    #expect(refuses(sound, fixture.weights([1, 1] as [Float], [2, 1], strides: [2, 2])))
    #expect(refuses(sound, fixture.weights([1, 1] as [Double], [2, 1])))
  }
}
