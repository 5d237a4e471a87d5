import Foundation
import Runtime
import TestSupport
import Testing

/// Quantize, Dequantize, DynamicQuantize, Requantize.
@Suite struct QuantizationInstructionTests {
  private let shape = [2, 3, 50]

  private func quantized<Q: FixedWidthInteger>(_ x: Double, _ zero: Int, _: Q.Type) -> Q {
    Q(max(Double(Q.min), min(Double(Q.max), x.rounded(.toNearestOrEven) + Double(zero))))
  }

  private func checkQuantize<Q: TestElement & FixedWidthInteger>(_: Q.Type) throws {
    var random = SeededRandom(seed: 40)
    let values = random.floats(300, in: -400...400) + []
    for parameterShape in [[], [3, 1], [2, 1, 1], [2, 3, 50]] {
      let scales = random.floats(parameterShape.product, in: 0.5...3).map { ($0 * 2).rounded() / 2 }
      let zeros: [Q] = random.integers(parameterShape.product, in: 0...100)
      for hasZero in [true, false] {
        let expected = zip(values, shape.positions).map { value, p -> Q in
          let own = parameterShape.index(of: p.suffix(parameterShape.count))
          return quantized(Double(value / scales[own]), hasZero ? Int(zeros[own]) : 0, Q.self)
        }
        for layout in layouts(shape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 13)
          let output = fixture.output(Q.elementType, shape, strides: layout)
          let scale = fixture.broadcast(fixture.weights(scales, parameterShape), to: shape)
          let zero = hasZero ? fixture.broadcast(fixture.weights(zeros, parameterShape), to: shape) : .none
          try fixture.run(
            QuantizeInstruction(
              input: fixture.input(values, shape, strides: layout), scale: scale, zeroPoint: zero, output: output))
          #expect(fixture.values(output) == expected)
          let back = fixture.output(.float32, shape)
          try fixture.run(DequantizeInstruction(input: output, scale: scale, zeroPoint: zero, output: back))
          let restored = zip(expected, shape.positions).map { value, p -> Float in
            let own = parameterShape.index(of: p.suffix(parameterShape.count))
            return Float(Int(value) - (hasZero ? Int(zeros[own]) : 0)) * scales[own]
          }
          #expect(fixture.values(back) == restored)
        }
      }
    }
  }

  @Test func quantizesAndDequantizes() throws {
    try checkQuantize(Int8.self)
    try checkQuantize(UInt8.self)
    try checkQuantize(Int16.self)
    try checkQuantize(UInt16.self)
  }

  @Test func roundsHalvesToEvenAndSaturates() throws {
    let fixture = InstructionFixture()
    let values: [Float] = [0.5, 1.5, 2.5, -0.5, -1.5, 1e30, -1e30, .infinity, -.infinity, .nan, 127.4, -128.5]
    let output = fixture.output(.int8, [12])
    let one = fixture.broadcast(fixture.weights([1] as [Float], []), to: [12])
    try fixture.run(
      QuantizeInstruction(input: fixture.input(values, [12]), scale: one, zeroPoint: .none, output: output))
    #expect(fixture.values(output) == [0, 2, 2, 0, -2, 127, -128, 127, -128, -128, 127, -128] as [Int8])
    let integers = fixture.input([.max, .min, 5] as [Int32], [3])
    let floats = fixture.output(.float32, [3])
    let half = fixture.broadcast(fixture.weights([0.5] as [Float], []), to: [3])
    try fixture.run(DequantizeInstruction(input: integers, scale: half, zeroPoint: .none, output: floats))
    #expect(fixture.values(floats) == [0x1p30, -0x1p30, 2.5] as [Float])
  }

  @Test func quantizesByTheTensorsOwnRange() throws {
    var random = SeededRandom(seed: 41)
    for values in [
      random.floats(300, in: -3...5), random.floats(300, in: 1...2), random.floats(300, in: -2 ... -1),
      Array(repeating: 0, count: 300), Array(repeating: Float(-2), count: 300),
    ] {
      let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
      let scale = (low == high ? 1 : high - low) / 255
      let zero = max(0, min(255, (-low / scale).rounded(.toNearestOrEven)))
      let expected = values.map { UInt8(max(0, min(255, ($0 / scale).rounded(.toNearestOrEven) + zero))) }
      for layout in layouts(shape) {
        let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 64)
        let output = fixture.output(.uint8, shape, strides: layout)
        let (scaleOutput, zeroOutput) = (fixture.output(.float32, []), fixture.output(.uint8, []))
        try fixture.run(
          DynamicQuantizeInstruction(
            input: fixture.input(values, shape), output: output, scale: scaleOutput, zeroPoint: zeroOutput))
        #expect(fixture.values(output) == expected)
        #expect(fixture.values(scaleOutput) == [scale])
        #expect(fixture.values(zeroOutput) == [UInt8(zero)])
      }
    }
    let fixture = InstructionFixture()
    let output = fixture.output(.uint8, [2])
    let (scale, zero) = (fixture.output(.float32, []), fixture.output(.uint8, []))
    try fixture.run(
      DynamicQuantizeInstruction(
        input: fixture.input([.nan, .infinity] as [Float], [2]), output: output, scale: scale, zeroPoint: zero))
  }

  @Test func requantizes() throws {
    var random = SeededRandom(seed: 42)
    let values: [Int32] = random.integers(300, in: -100_000...100_000)
    let weightScales = random.floats(3, in: 0.001...0.01)
    let expected = zip(values, shape.positions).map { value, p in
      quantized(Double(Float(value) * (0.5 * weightScales[p[1]] / 0.25)), -3, Int8.self)
    }
    for layout in layouts(shape) {
      let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 12)
      let output = fixture.output(.int8, shape, strides: layout)
      func one<T: TestElement>(_ value: T) -> TensorID {
        fixture.broadcast(fixture.weights([value], []), to: shape)
      }
      try fixture.run(
        RequantizeInstruction(
          input: fixture.input(values, shape, strides: layout), inputScale: one(0.5 as Float),
          weightScale: fixture.broadcast(fixture.weights(weightScales, [3, 1]), to: shape),
          outputScale: one(0.25 as Float), outputZeroPoint: one(-3 as Int8), output: output), threads: 2)
      #expect(fixture.values(output) == expected)
    }
  }

  @Test func refusesWhatCannotRun() {
    let fixture = InstructionFixture()
    let x = fixture.input([1, 2] as [Float], [2])
    let q = fixture.output(.int8, [2])
    let short = fixture.input([1] as [Float], [1])
    func quantize(_ scale: TensorID, _ zero: TensorID, _ output: TensorID) -> Bool {
      fixture.refuses(QuantizeInstruction(input: x, scale: scale, zeroPoint: zero, output: output))
    }
    #expect(!quantize(x, .none, q))
    #expect(quantize(short, .none, q))
    #expect(quantize(x, x, q))
    #expect(quantize(x, .none, fixture.output(.int32, [2])))
    let bytes = fixture.input([1, 2] as [UInt8], [2])
    #expect(quantize(x, bytes, q))
    let y = fixture.output(.float32, [2])
    func dequantize(_ input: TensorID, _ scale: TensorID, _ zero: TensorID, _ output: TensorID) -> Bool {
      fixture.refuses(DequantizeInstruction(input: input, scale: scale, zeroPoint: zero, output: output))
    }
    #expect(!dequantize(bytes, x, bytes, y))
    #expect(dequantize(x, x, .none, y))
    #expect(dequantize(bytes, x, fixture.input([1, 2] as [Int8], [2]), y))
    #expect(dequantize(bytes, short, .none, y))
    #expect(dequantize(bytes, x, .none, q))
    let one = fixture.output(.float32, [])
    #expect(
      fixture.refuses(
        DynamicQuantizeInstruction(input: x, output: q, scale: one, zeroPoint: fixture.output(.uint8, []))))
    #expect(
      fixture.refuses(
        DynamicQuantizeInstruction(
          input: x, output: fixture.output(.uint8, [2]), scale: y, zeroPoint: fixture.output(.uint8, []))))
    let accumulators = fixture.input([1, 2] as [Int32], [2])
    func requantize(_ input: TensorID, _ scale: TensorID, _ output: TensorID) -> Bool {
      fixture.refuses(
        RequantizeInstruction(
          input: input, inputScale: x, weightScale: scale, outputScale: x, outputZeroPoint: .none, output: output))
    }
    #expect(!requantize(accumulators, x, q))
    #expect(requantize(x, x, q))
    #expect(requantize(accumulators, short, q))
    #expect(requantize(accumulators, x, y))
  }
}
