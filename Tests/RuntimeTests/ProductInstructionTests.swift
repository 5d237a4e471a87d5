import CKernels
import Runtime
import TestSupport
import Testing

/// MatrixMultiply, IntegerMatrixMultiply, DirectConvolution, TransposedConvolution, IntegerConvolution.
@Suite struct ProductInstructionTests {
  // MARK: Matrices

  private func product<T, R>(_ a: [T], _ b: [T], _ shape: (Int, Int, Int, Int), _ zero: R, _ add: (R, T, T) -> R) -> [R]
  {
    let (batch, m, k, n) = shape
    return [batch, m, n].positions.map { p in
      (0..<k).reduce(zero) { sum, i in
        add(sum, a[(p[0] * m + p[1]) * k + i], b[(p[0] * k + i) * n + p[2]])
      }
    }
  }

  private func checkMatrices<T: TestElement>(
    _ make: (Int) -> [T], tolerance: Double, _ number: (T) -> Double, scaled: (Double) -> Double
  ) throws {
    for (batch, m, k, n) in [(1, 1, 1, 1), (2, 5, 7, 3), (1, 17, 9, 35), (3, 8, 0, 4), (1, 3, 40, 16), (1, 0, 2, 2)] {
      let (a, b, c) = (make(batch * m * k), make(batch * k * n), make(n))
      let products = product(a.map(number), b.map(number), (batch, m, k, n), 0.0) { $0 + $1 * $2 }
      for hasAddend in [false, true] {
        let expected = zip(products, [batch, m, n].positions).map {
          hasAddend ? scaled(2 * $0) + scaled(0.5 * number(c[$1[2]])) : $0
        }
        for (first, second) in zip(layouts([batch, m, k]), layouts([batch, k, n])) {
          for kernels in kernelTables() {
            let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 1 << 12)
            fixture.kernels = kernels
            let output = fixture.output(T.elementType, [batch, m, n])
            try fixture.run(
              MatrixMultiplyInstruction(
                a: fixture.input(a, [batch, m, k], strides: first),
                b: fixture.input(b, [batch, k, n], strides: second),
                c: hasAddend ? fixture.broadcast(fixture.weights(c, [n]), to: [batch, m, n]) : .none, output: output,
                alpha: hasAddend ? 2 : 1, beta: hasAddend ? 0.5 : 1), threads: 2)
            let agree = zip(fixture.values(output, as: T.self), expected).allSatisfy {
              agrees(number($0), $1, relative: tolerance, absolute: tolerance)
            }
            #expect(agree, "\(T.self) \(batch)x\(m)x\(k)x\(n), strides \(first), \(second)")
          }
        }
      }
    }
  }

  @Test func multipliesMatrices() throws {
    var random = SeededRandom(seed: 50)
    try checkMatrices({ random.floats($0, in: -4...4) }, tolerance: 2e-5, { Double($0) }, scaled: { $0 })
    try checkMatrices({ random.floats($0, in: -4...4).map(Double.init) }, tolerance: 1e-13, { $0 }, scaled: { $0 })
    try checkMatrices(
      { random.integers($0, in: -50...50) as [Int32] }, tolerance: 0, { Double($0) },
      scaled: { $0.rounded(.towardZero) })
    try checkMatrices(
      { random.integers($0, in: -50...50) as [Int64] }, tolerance: 0, { Double($0) },
      scaled: { $0.rounded(.towardZero) })
    try checkMatrices(
      { random.integers($0, in: 0...50) as [UInt32] }, tolerance: 0, { Double($0) }, scaled: { $0.rounded(.towardZero) }
    )
    try checkMatrices(
      { random.integers($0, in: 0...50) as [UInt64] }, tolerance: 0, { Double($0) }, scaled: { $0.rounded(.towardZero) }
    )
    let fixture = InstructionFixture()
    let output = fixture.output(.int32, [1, 1])
    try fixture.run(
      MatrixMultiplyInstruction(
        a: fixture.input([.max, 1] as [Int32], [1, 2]), b: fixture.input([2, 5] as [Int32], [2, 1]), c: .none,
        output: output))
    #expect(fixture.values(output) == [Int32.max &* 2 &+ 5])
  }

  private func checkIntegerMatrices<A: TestElement & FixedWidthInteger, B: TestElement & FixedWidthInteger>(
    _: A.Type, _: B.Type
  ) throws {
    var random = SeededRandom(seed: 51)
    let (m, k, n) = (5, 7, 19)
    let (a, b): ([A], [B]) = (random.integers(2 * m * k), random.integers(2 * k * n))
    let zeroA: [A] = random.integers(m)
    for zeroB in [random.integers(1), random.integers(n)] as [[B]] {
      for hasZero in [true, false] {
        let expected = [2, m, n].positions.map { p in
          (0..<k).reduce(Int32(0)) { sum, i in
            let x = Int32(a[(p[0] * m + p[1]) * k + i]) - (hasZero ? Int32(zeroA[p[1]]) : 0)
            let y = Int32(b[(p[0] * k + i) * n + p[2]]) - (hasZero ? Int32(zeroB[zeroB.count == 1 ? 0 : p[2]]) : 0)
            return sum + x * y
          }
        }
        for (first, second) in zip(layouts([2, m, k]), layouts([2, k, n])) {
          let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 12)
          let output = fixture.output(.int32, [2, m, n])
          try fixture.run(
            IntegerMatrixMultiplyInstruction(
              a: fixture.input(a, [2, m, k], strides: first),
              aZeroPoint: hasZero ? fixture.broadcast(fixture.weights(zeroA, [m, 1]), to: [2, m, k]) : .none,
              b: fixture.input(b, [2, k, n], strides: second),
              bZeroPoint: hasZero ? fixture.broadcast(fixture.weights(zeroB, [zeroB.count]), to: [2, k, n]) : .none,
              output: output), threads: 3)
          #expect(fixture.values(output) == expected)
        }
      }
    }
  }

  @Test func multipliesMatricesOfBytes() throws {
    try checkIntegerMatrices(Int8.self, Int8.self)
    try checkIntegerMatrices(Int8.self, UInt8.self)
    try checkIntegerMatrices(UInt8.self, Int8.self)
    try checkIntegerMatrices(UInt8.self, UInt8.self)
  }

  @Test func refusesMatricesThatDoNotFit() {
    let fixture = InstructionFixture()
    let a = fixture.input([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let b = fixture.input([1, 2, 3] as [Float], [3, 1])
    let output = fixture.output(.float32, [2, 1])
    func refuses(_ a: TensorID, _ b: TensorID, _ output: TensorID, c: TensorID = .none) -> Bool {
      fixture.refuses(MatrixMultiplyInstruction(a: a, b: b, c: c, output: output))
    }
    #expect(!refuses(a, b, output))
    #expect(refuses(b, a, output))
    #expect(refuses(a, b, fixture.output(.float32, [2, 2])))
    #expect(refuses(a, b, fixture.output(.float32, [3, 1])))
    #expect(refuses(a, b, fixture.output(.float64, [2, 1])))
    #expect(refuses(a, b, fixture.output(.float32, [2])))
    #expect(refuses(a, b, output, c: b))
    #expect(refuses(fixture.input([1, 2, 3] as [Float], [3]), fixture.input([1] as [Float], []), output))
    #expect(refuses(fixture.view(a, [1, 2, 3], strides: [0, 3, 1]), b, output))
    let bytes = fixture.input([1] as [Int8], [1, 1])
    let sums = fixture.output(.int32, [1, 1])
    func refusesBytes(_ a: TensorID, _ zero: TensorID, _ output: TensorID) -> Bool {
      fixture.refuses(
        IntegerMatrixMultiplyInstruction(a: a, aZeroPoint: zero, b: bytes, bZeroPoint: .none, output: output))
    }
    #expect(!refusesBytes(bytes, bytes, sums))
    #expect(refusesBytes(bytes, fixture.input([1] as [UInt8], [1, 1]), sums))
    #expect(refusesBytes(bytes, fixture.input([1] as [Int8], [1]), sums))
    #expect(refusesBytes(sums, .none, sums))
    #expect(refusesBytes(bytes, .none, fixture.output(.float32, [1, 1])))
  }

  // MARK: Convolutions

  /// A convolution with everything that can be set.
  private struct Case {
    var batch = 2
    var inputs = 4
    var outputs = 6
    var groups = 2
    var size: [Int]
    var kernel: [Int]
    var stride: [Int]
    var dilation: [Int]
    var pad: [Int]
    var outputSize: [Int]

    var inputShape: [Int] { [batch, inputs] + size }
    var outputShape: [Int] { [batch, outputs] + outputSize }

    func lanes(_ values: [Int], _ fill: Int32) -> SIMD4<Int32> {
      var result = SIMD4<Int32>(repeating: fill)
      for i in values.indices { result[i] = Int32(values[i]) }
      return result
    }

    /// `sum of term(input index, weight index)` of each output by the definition.
    func direct<R: AdditiveArithmetic>(_ term: (Int, Int) -> R) -> [R] {
      let weightShape = [outputs, inputs / groups] + kernel
      return outputShape.positions.map { p in
        var sum = R.zero
        for tap in ([inputs / groups] + kernel).positions {
          let spatial = size.indices.map { p[$0 + 2] * stride[$0] + tap[$0 + 1] * dilation[$0] - pad[$0] }
          guard zip(spatial, size).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
          let channel = p[1] / (outputs / groups) * (inputs / groups) + tap[0]
          sum += term(inputShape.index(of: [p[0], channel] + spatial), weightShape.index(of: [p[1]] + tap))
        }
        return sum
      }
    }

    /// The same for the transposed convolution, by scattering.
    func transposed(_ input: [Double], _ weights: [Double]) -> [Double] {
      let weightShape = [inputs, outputs / groups] + kernel
      var result = Array(repeating: 0.0, count: outputShape.product)
      for p in inputShape.positions {
        for tap in ([outputs / groups] + kernel).positions {
          let spatial = size.indices.map { p[$0 + 2] * stride[$0] + tap[$0 + 1] * dilation[$0] - pad[$0] }
          guard zip(spatial, outputSize).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
          let channel = p[1] / (inputs / groups) * (outputs / groups) + tap[0]
          result[outputShape.index(of: [p[0], channel] + spatial)] +=
            input[inputShape.index(of: p)] * weights[weightShape.index(of: [p[1]] + tap)]
        }
      }
      return result
    }
  }

  private let cases = [
    Case(size: [9], kernel: [3], stride: [2], dilation: [1], pad: [1], outputSize: [5]),
    Case(size: [6, 7], kernel: [3, 2], stride: [1, 2], dilation: [2, 1], pad: [2, 0], outputSize: [6, 3]),
    Case(
      groups: 1, size: [5, 4], kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0], outputSize: [5, 4]),
    Case(size: [5, 5], kernel: [3, 3], stride: [3, 3], dilation: [1, 1], pad: [-1, 4], outputSize: [2, 4]),
    Case(
      size: [3, 4, 5], kernel: [2, 3, 2], stride: [1, 1, 2], dilation: [1, 1, 1], pad: [0, 1, 1], outputSize: [2, 4, 3]),
    Case(batch: 0, size: [4], kernel: [2], stride: [1], dilation: [1], pad: [0], outputSize: [3]),
  ]

  private func checkConvolution<T: TestElement & BinaryFloatingPoint>(_: T.Type, tolerance: Double) throws {
    var random = SeededRandom(seed: 52)
    for c in cases {
      let input = random.floats(c.inputShape.product, in: -4...4).map { T($0) }
      let bias = random.floats(c.outputs, in: -4...4).map { T($0) }
      for isTransposed in [false, true] {
        let weightShape =
          (isTransposed ? [c.inputs, c.outputs / c.groups] : [c.outputs, c.inputs / c.groups]) + c.kernel
        let weights = random.floats(weightShape.product, in: -4...4).map { T($0) }
        let sums =
          isTransposed
          ? c.transposed(input.map { Double($0) }, weights.map { Double($0) })
          : c.direct { Double(input[$0]) * Double(weights[$1]) }
        for hasBias in [true, false] {
          let expected = zip(sums, c.outputShape.positions).map { hasBias ? $0 + Double(bias[$1[1]]) : $0 }
          for (layout, other) in zip(layouts(c.inputShape), layouts(c.outputShape).reversed()) {
            let fixture = InstructionFixture(arenaBytes: 1 << 15, weightBytes: 1 << 14)
            let (x, w) = (fixture.input(input, c.inputShape, strides: layout), fixture.weights(weights, weightShape))
            let b = hasBias ? fixture.weights(bias, [c.outputs]) : .none
            let output = fixture.output(T.elementType, c.outputShape, strides: other)
            if isTransposed {
              try fixture.run(
                TransposedConvolutionInstruction(
                  input: x, weights: w, bias: b, output: output, groups: Int32(c.groups),
                  spatialRank: Int32(c.size.count), kernel: c.lanes(c.kernel, 1), stride: c.lanes(c.stride, 1),
                  dilation: c.lanes(c.dilation, 1), padBegin: c.lanes(c.pad, 0)), threads: 2)
            } else {
              try fixture.run(
                DirectConvolutionInstruction(
                  input: x, weights: w, bias: b, output: output, groups: Int32(c.groups),
                  spatialRank: Int32(c.size.count), kernel: c.lanes(c.kernel, 1), stride: c.lanes(c.stride, 1),
                  dilation: c.lanes(c.dilation, 1), padBegin: c.lanes(c.pad, 0)), threads: 2)
            }
            let agree = zip(fixture.values(output, as: T.self), expected).allSatisfy {
              agrees(Double($0), $1, relative: tolerance, absolute: tolerance)
            }
            #expect(agree, "\(c) transposed \(isTransposed) bias \(hasBias) strides \(layout)")
          }
        }
      }
    }
  }

  @Test func convolves() throws {
    try checkConvolution(Float.self, tolerance: 1e-6)
    try checkConvolution(Double.self, tolerance: 1e-13)
  }

  private func checkIntegerConvolution<X: TestElement & FixedWidthInteger, W: TestElement & FixedWidthInteger>(
    _: X.Type, _: W.Type
  ) throws {
    var random = SeededRandom(seed: 53)
    for c in cases {
      let input: [X] = random.integers(c.inputShape.product)
      let weightShape = [c.outputs, c.inputs / c.groups] + c.kernel
      let weights: [W] = random.integers(weightShape.product)
      let (inputZero, weightZeros): ([X], [W]) = (random.integers(1), random.integers(c.outputs))
      let bias: [Int32] = random.integers(c.outputs, in: -1000...1000)
      for hasZeros in [true, false] {
        let perOutput = weightShape.dropFirst().reduce(1, *)
        let sums: [Int32] = c.direct { i, w in
          (Int32(input[i]) - (hasZeros ? Int32(inputZero[0]) : 0))
            * (Int32(weights[w]) - (hasZeros ? Int32(weightZeros[w / perOutput]) : 0))
        }
        let expected = zip(sums, c.outputShape.positions).map { hasZeros ? $0 + bias[$1[1]] : $0 }
        for layout in layouts(c.inputShape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 15, weightBytes: 1 << 14)
          let output = fixture.output(.int32, c.outputShape)
          try fixture.run(
            IntegerConvolutionInstruction(
              input: fixture.input(input, c.inputShape, strides: layout),
              inputZeroPoint: hasZeros ? fixture.weights(inputZero, []) : .none,
              weights: fixture.weights(weights, weightShape),
              weightZeroPoint: hasZeros ? fixture.weights(weightZeros, [c.outputs]) : .none,
              bias: hasZeros ? fixture.weights(bias, [c.outputs]) : .none, output: output, groups: Int32(c.groups),
              spatialRank: Int32(c.size.count), kernel: c.lanes(c.kernel, 1), stride: c.lanes(c.stride, 1),
              dilation: c.lanes(c.dilation, 1), padBegin: c.lanes(c.pad, 0)), threads: 2)
          #expect(fixture.values(output) == expected)
        }
      }
    }
  }

  @Test func convolvesBytes() throws {
    try checkIntegerConvolution(Int8.self, Int8.self)
    try checkIntegerConvolution(UInt8.self, Int8.self)
    try checkIntegerConvolution(Int8.self, UInt8.self)
    try checkIntegerConvolution(UInt8.self, UInt8.self)
  }

  @Test func refusesConvolutionsThatDoNotFit() throws {
    let fixture = InstructionFixture()
    let input = fixture.input(Array(repeating: 1 as Float, count: 2 * 4 * 5), [2, 4, 5])
    let weights = fixture.weights(Array(repeating: 1 as Float, count: 6 * 2 * 3), [6, 2, 3])
    let output = fixture.output(.float32, [2, 6, 3])
    func instruction() -> DirectConvolutionInstruction {
      DirectConvolutionInstruction(
        input: input, weights: weights, bias: .none, output: output, groups: 2, spatialRank: 1,
        kernel: SIMD4(3, 1, 1, 1), stride: .one, dilation: .one, padBegin: .zero)
    }
    #expect(!fixture.refuses(instruction()))
    let damages: [(inout DirectConvolutionInstruction) -> Void] = [
      { $0.groups = 0 }, { $0.groups = 1 }, { $0.groups = 4 }, { $0.groups = .min }, { $0.groups = .max },
      { $0.spatialRank = 0 }, { $0.spatialRank = 2 }, { $0.spatialRank = 4 }, { $0.spatialRank = .max },
      { $0.kernel[0] = 2 }, { $0.kernel[0] = .max }, { $0.stride[0] = 0 }, { $0.stride[0] = -1 },
      { $0.dilation[0] = 0 }, { $0.bias = fixture.weights([1] as [Float], [1]) },
      { $0.bias = fixture.weights([1, 2, 3, 4, 5, 6] as [Double], [6]) },
      { $0.output = fixture.output(.float32, [1, 6, 3]) }, { $0.output = fixture.output(.float32, [2, 5, 3]) },
      { $0.output = fixture.output(.float64, [2, 6, 3]) }, { $0.weights = fixture.weights([1] as [Float], [1, 1, 1]) },
    ]
    for damage in damages {
      var broken = instruction()
      damage(&broken)
      #expect(fixture.refuses(broken))
    }
    // Numbers at their limits neither trap nor leave the input.
    for extreme in [Int32.min, .max] {
      var odd = instruction()
      odd.padBegin[0] = extreme
      odd.stride[0] = .max
      odd.dilation[0] = .max
      try fixture.run(odd)
      // With the padding of one stride the second output meets the first input.
      let expected: [Float] = extreme == .min ? [0, 0, 0] : [2, 2, 0]
      #expect(Array(fixture.values(output, as: Float.self).prefix(3)) == expected)
    }
    let transposed = TransposedConvolutionInstruction(
      input: input, weights: fixture.weights(Array(repeating: 1 as Float, count: 4 * 3 * 3), [4, 3, 3]), bias: .none,
      output: output, groups: 2, spatialRank: 1, kernel: SIMD4(3, 1, 1, 1), stride: SIMD4(repeating: .max),
      dilation: SIMD4(repeating: .max), padBegin: SIMD4(repeating: .min))
    try fixture.run(transposed)
    #expect(fixture.values(output, as: Float.self).allSatisfy { $0 == 0 })
  }
}
