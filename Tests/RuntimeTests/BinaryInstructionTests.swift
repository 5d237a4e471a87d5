import CKernels
import Foundation
import Runtime
import TestSupport
import Testing

@Suite struct BinaryInstructionTests {
  private func run<T: TestElement, R: TestElement>(
    _ function: BinaryFunction, _ a: [T], _ b: [T], _: R.Type, strides: Int = 1, kernels: ek_kernels = ek_kernels()
  ) throws -> [R] {
    let fixture = InstructionFixture(arenaBytes: 1 << 17, weightBytes: 64)
    fixture.kernels = kernels
    let left = fixture.input(a, [a.count], strides: [strides])
    let right = fixture.input(b, [b.count], strides: [strides])
    let output = fixture.output(R.elementType, [a.count], strides: [strides])
    try fixture.run(BinaryInstruction(function: function.rawValue, a: left, b: right, output: output), threads: 2)
    return fixture.values(output)
  }

  private func floatReference(_ function: BinaryFunction, _ a: Float, _ b: Float) -> Float {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: Float(pow(Double(a), Double(b)))
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .parametricRelu: a < 0 ? a * b : a
    case .modulo: Float(Double(a) - (Double(a) / Double(b)).rounded(.down) * Double(b))
    case .remainder: fmodf(a, b)
    default: .nan
    }
  }

  @Test func floatingPointFunctionsMatchTheirDefinitions() throws {
    var random = SeededRandom(seed: 5)
    let specials: [Float] = [.nan, 1, .nan, .infinity, -.infinity, 0, -2.5, 3]
    let partners: [Float] = [1, .nan, .nan, 2, 2, 3, 2, -2]
    let a = specials + random.floats(600, in: -4...4)
    let b = partners + random.floats(600, in: -4...4)
    for function in BinaryFunction.allCases where function.accepts(.float32) && !function.isPredicate {
      for kernels in kernelTables() {
        for strides in [1, 3] {
          let results = try run(function, a, b, Float.self, strides: strides, kernels: kernels)
          for i in a.indices {
            // The rest by floor of a quotient is only as exact as the quotient.
            if function == .modulo && (i < 8 || abs(a[i].truncatingRemainder(dividingBy: b[i])) < 1e-4) { continue }
            let expected = floatReference(function, a[i], b[i])
            #expect(
              agrees(Double(results[i]), Double(expected), relative: 1e-6, absolute: function == .modulo ? 1e-5 : 0),
              "\(function)(\(a[i]), \(b[i])) = \(results[i]), not \(expected)")
          }
        }
      }
    }
    #expect(
      try run(.modulo, [5.5, -5.5, 5.5, -5.5] as [Float], [2, 2, -2, -2], Float.self) == [1.5, 0.5, -0.5, -1.5])
    #expect(
      try run(.remainder, [5.5, -5.5, 5.5, -5.5] as [Float], [2, 2, -2, -2], Float.self) == [1.5, -1.5, 1.5, -1.5])
  }

  @Test func otherFloatingPointTypes() throws {
    let a: [Double] = [1, 2.5, -3, 1e300, .nan]
    let b: [Double] = [3, -0.5, 2, 1e10, 1]
    #expect(try run(.divide, a, b, Double.self).prefix(4) == [1.0 / 3, -5, -1.5, 1e290])
    #expect(try run(.maximum, a, b, Double.self)[4].isNaN)
    let half: [Float16] = [1, 1000, 2048, 0.1]
    let other: [Float16] = [3, 100, 1, 0.2]
    #expect(try run(.divide, half, other, Float16.self) == zip(half, other).map { $0 / $1 })
    #expect(try run(.multiply, half, other, Float16.self) == zip(half, other).map { $0 * $1 })
    #expect(try run(.add, half, other, Float16.self) == zip(half, other).map { $0 + $1 })
  }

  private func integerReference<I: FixedWidthInteger>(_ function: BinaryFunction, _ a: I, _ b: I) -> I {
    switch function {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide: return b == 0 ? 0 : b == 0 &- 1 && I.isSigned ? 0 &- a : a / b
    case .power:
      var result: I = 1
      for _ in 0..<max(Int(b), 0) { result = result &* a }
      return b < 0 ? (a == 1 ? 1 : a == 0 &- 1 ? (b % 2 == 0 ? 1 : a) : 0) : result
    case .minimum: return min(a, b)
    case .maximum: return max(a, b)
    case .parametricRelu: return a < 0 ? a &* b : a
    case .modulo, .remainder:
      if b == 0 || (I.isSigned && b == 0 &- 1) { return 0 }
      let rest = a % b
      return function == .modulo && rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
    case .bitwiseAnd: return a & b
    case .bitwiseOr: return a | b
    case .bitwiseExclusiveOr: return a ^ b
    case .shiftLeft: return b >= I.bitWidth ? 0 : a << b
    case .shiftRight: return b >= I.bitWidth ? 0 : a >> b
    default: return 0
    }
  }

  private func checkIntegers<I: TestElement & FixedWidthInteger>(_: I.Type) throws {
    var random = SeededRandom(seed: 6)
    let edges: [I] = [I.min, I.max, 0, 1, 0 &- 1, 2, 7]
    var a = edges.flatMap { x in edges.map { _ in x } } + random.integers(300) as [I]
    var b = edges.flatMap { _ in edges } + random.integers(300) as [I]
    for function in BinaryFunction.allCases where function.accepts(I.elementType) && !function.isPredicate {
      if function == .power {
        b = random.integers(a.count, in: I.isSigned ? (0 &- 3)...12 : 0...12)
        a.replaceSubrange(0..<4, with: [0, 1, 0 &- 1, 2])
      }
      if function == .shiftLeft || function == .shiftRight { b = random.integers(a.count, in: 0...70) }
      for strides in [1, 2] {
        let results = try run(function, a, b, I.self, strides: strides)
        for i in a.indices {
          let expected = integerReference(function, a[i], b[i])
          #expect(results[i] == expected, "\(function)(\(a[i]), \(b[i])) = \(results[i]), not \(expected) in \(I.self)")
        }
      }
    }
    #expect(try run(.less, a, b, Bool.self) == zip(a, b).map { $0 < $1 })
    #expect(try run(.equal, a, b, Bool.self, strides: 2) == zip(a, b).map { $0 == $1 })
  }

  @Test func integersAreExact() throws {
    try checkIntegers(Int8.self)
    try checkIntegers(Int16.self)
    try checkIntegers(Int32.self)
    try checkIntegers(Int64.self)
    try checkIntegers(UInt8.self)
    try checkIntegers(UInt16.self)
    try checkIntegers(UInt32.self)
    try checkIntegers(UInt64.self)
  }

  @Test func comparisonsAndLogic() throws {
    let a: [Float] = [1, 2, 3, .nan, -0.0]
    let b: [Float] = [2, 2, 1, .nan, 0]
    #expect(try run(.equal, a, b, Bool.self) == [false, true, false, false, true])
    #expect(try run(.less, a, b, Bool.self) == [true, false, false, false, false])
    #expect(try run(.lessOrEqual, a, b, Bool.self) == [true, true, false, false, true])
    #expect(try run(.greater, a, b, Bool.self) == [false, false, true, false, false])
    #expect(try run(.greaterOrEqual, a, b, Bool.self) == [false, true, true, false, true])
    let p = [true, true, false, false]
    let q = [true, false, true, false]
    #expect(try run(.and, p, q, Bool.self) == [true, false, false, false])
    #expect(try run(.or, p, q, Bool.self) == [true, true, true, false])
    #expect(try run(.exclusiveOr, p, q, Bool.self) == [false, true, true, false])
    #expect(try run(.equal, p, q, Bool.self) == [true, false, false, true])
  }

  @Test func broadcastsInAnyLayout() throws {
    var random = SeededRandom(seed: 7)
    let shape = [2, 5, 3, 300]
    let operands: [[Int]] = [shape, [5, 1, 1], [2, 5, 1, 1], [300], [], [1, 5, 3, 1], [2, 1, 1, 300]]
    for (aShape, bShape) in operands.flatMap({ b in [(shape, b), (b, shape)] }) {
      let (a, b) = (random.floats(aShape.product, in: -4...4), random.floats(bShape.product, in: -4...4))
      let expected = shape.positions.map { position in
        a[aShape.index(of: position.suffix(aShape.count))] - b[bShape.index(of: position.suffix(bShape.count))]
      }
      for kernels in kernelTables() {
        for (layout, other) in zip(layouts(shape), layouts(shape).reversed()) {
          let fixture = InstructionFixture(arenaBytes: 1 << 19, weightBytes: 1 << 16)
          fixture.kernels = kernels
          func place(_ values: [Float], _ own: [Int]) -> TensorID {
            own == shape
              ? fixture.input(values, own, strides: layout) : fixture.broadcast(fixture.weights(values, own), to: shape)
          }
          let (left, right) = (place(a, aShape), place(b, bShape))
          for strides in [layout, other] {
            let output = fixture.output(.float32, shape, strides: strides)
            try fixture.run(
              BinaryInstruction(function: BinaryFunction.subtract.rawValue, a: left, b: right, output: output),
              threads: 3)
            #expect(fixture.values(output) == expected, "\(aShape) - \(bShape) into strides \(strides)")
          }
        }
      }
    }
  }

  @Test func appliesActivations() throws {
    let a: [Float] = [-3, -1, 0.5, 2, 8]
    let b: [Float] = [1, 0, 0, 0, 0]
    for kernels in kernelTables() {
      for (activation, expected) in [
        (FusedActivation(.relu), [0, 0, 0.5, 2, 8]), (FusedActivation(.clip, alpha: 0, beta: 6), [0, 0, 0.5, 2, 6]),
        (FusedActivation(.leakyRelu, alpha: 0.5), [-1, -0.5, 0.5, 2, 8]), (.identity, [-2, -1, 0.5, 2, 8]),
      ] as [(FusedActivation, [Float])] {
        let fixture = InstructionFixture(arenaBytes: 4096, weightBytes: 64)
        fixture.kernels = kernels
        let (left, right) = (fixture.input(a, [5]), fixture.input(b, [5]))
        let output = fixture.output(.float32, [5])
        try fixture.run(
          BinaryInstruction(
            function: BinaryFunction.add.rawValue, a: left, b: right, output: output, activation: activation))
        #expect(fixture.values(output) == expected)
        let doubles = fixture.output(.float64, [5])
        try fixture.run(
          BinaryInstruction(
            function: BinaryFunction.add.rawValue, a: fixture.input(a.map(Double.init), [5]),
            b: fixture.input(b.map(Double.init), [5]), output: doubles, activation: activation))
        #expect(fixture.values(doubles) == expected.map(Double.init))
      }
    }
  }

  @Test func scalarsAndEmptyTensors() throws {
    for kernels in kernelTables() {
      let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 64)
      fixture.kernels = kernels
      let (a, b) = (fixture.input([2] as [Float], []), fixture.input([5] as [Float], []))
      let output = fixture.output(.float32, [])
      try fixture.run(BinaryInstruction(function: BinaryFunction.subtract.rawValue, a: a, b: b, output: output))
      #expect(fixture.values(output) == [-3] as [Float])
      let none = fixture.input([] as [Float], [0, 4])
      try fixture.run(
        BinaryInstruction(
          function: BinaryFunction.add.rawValue, a: none, b: none, output: fixture.output(.float32, [0, 4])))
    }
  }

  @Test func refusesWhatCannotRun() {
    let fixture = InstructionFixture()
    let add = BinaryFunction.add.rawValue
    let a = fixture.input([1, 2] as [Float], [2])
    let integers = fixture.input([1, 2] as [Int32], [2])
    let output = fixture.output(.float32, [2])
    func refuses(
      _ function: Int32, _ a: TensorID, _ b: TensorID, _ output: TensorID, _ activation: FusedActivation = .identity
    ) -> Bool {
      fixture.refuses(BinaryInstruction(function: function, a: a, b: b, output: output, activation: activation))
    }
    #expect(!refuses(add, a, a, output))
    #expect(refuses(10, a, a, output))
    #expect(refuses(add, a, integers, output))
    #expect(refuses(add, integers, integers, output))
    #expect(refuses(add, a, fixture.input([1] as [Float], [1]), output))
    #expect(refuses(BinaryFunction.less.rawValue, a, a, output))
    #expect(refuses(BinaryFunction.and.rawValue, a, a, fixture.output(.bool, [2])))
    #expect(refuses(BinaryFunction.bitwiseAnd.rawValue, a, a, output))
    #expect(refuses(BinaryFunction.shiftLeft.rawValue, integers, integers, fixture.output(.int32, [2])))
    #expect(refuses(add, integers, integers, fixture.output(.int32, [2]), FusedActivation(.relu)))
    #expect(refuses(add, a, a, output, FusedActivation(.isNaN)))
    #expect(refuses(add, a, a, output, FusedActivation(.logicalNot)))
    var unknown = FusedActivation.identity
    unknown.function = 77
    #expect(refuses(add, a, a, output, unknown))
    #expect(refuses(add, a, a, fixture.weights([0, 0] as [Float], [2])))
  }
}
