import CKernels
import Foundation
import Runtime
import TestSupport
import Testing

@Suite struct UnaryInstructionTests {
  /// The functions by their definitions, with the parameters 0.5 and 1.5.
  private func reference(_ function: UnaryFunction, _ x: Double) -> Double {
    let (alpha, beta) = (0.5, 1.5)
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    func softplus(_ x: Double) -> Double { log(1 + exp(x)) }
    switch function {
    case .absolute: return abs(x)
    case .negate: return -x
    case .reciprocal: return 1 / x
    case .squareRoot: return x.squareRoot()
    case .exponential: return exp(x)
    case .logarithm: return log(x)
    case .floor: return floor(x)
    case .ceiling: return ceil(x)
    case .round: return rint(x)
    case .sign: return x == 0 ? 0 : x < 0 ? -1 : 1
    case .errorFunction: return erf(x)
    case .relu: return max(x, 0)
    case .leakyRelu: return x < 0 ? alpha * x : x
    case .clip: return min(max(x, alpha), beta)
    case .sigmoid: return sigmoid(x)
    case .hardSigmoid: return max(0, min(1, alpha * x + beta))
    case .hardSwish: return x * max(0, min(1, x / 6 + 0.5))
    case .elu: return x < 0 ? alpha * (exp(x) - 1) : x
    case .selu: return beta * (x > 0 ? x : alpha * exp(x) - alpha)
    case .celu: return max(0, x) + min(0, alpha * (exp(x / alpha) - 1))
    case .hyperbolicTangent: return tanh(x)
    case .softplus: return softplus(x)
    case .softsign: return x / (1 + abs(x))
    case .gelu: return x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh: return 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .mish: return x * tanh(softplus(x))
    case .thresholdedRelu: return x > alpha ? x : 0
    case .swish: return x * sigmoid(alpha * x)
    case .sine: return sin(x)
    case .cosine: return cos(x)
    case .tangent: return tan(x)
    case .arcSine: return asin(x)
    case .arcCosine: return acos(x)
    case .arcTangent: return atan(x)
    case .hyperbolicSine: return sinh(x)
    case .hyperbolicCosine: return cosh(x)
    case .areaSine: return asinh(x)
    case .areaCosine: return acosh(x)
    case .areaTangent: return atanh(x)
    case .shrink: return x < -beta ? x + alpha : x > beta ? x - alpha : 0
    case .isNaN: return x.isNaN ? 1 : 0
    case .isInfinite: return x.isInfinite ? 1 : 0
    case .logicalNot, .bitwiseNot: return .nan
    }
  }

  private var realFunctions: [UnaryFunction] {
    UnaryFunction.allCases.filter { $0.accepts(.float32) && !$0.isPredicate }
  }

  @Test func floatingPointFunctionsMatchTheirDefinitions() throws {
    var random = SeededRandom(seed: 1)
    let shape = [2, 3, 37]
    let inputs = random.floats(shape.product, in: -3...3)
    for function in realFunctions {
      for kernels in kernelTables() {
        for layout in layouts(shape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
          fixture.kernels = kernels
          let input = fixture.input(inputs, shape, strides: layout)
          let output = fixture.output(.float32, shape)
          try fixture.run(
            UnaryInstruction(function: function.rawValue, input: input, output: output, alpha: 0.5, beta: 1.5),
            threads: 2)
          for (x, y) in zip(inputs, fixture.values(output, as: Float.self)) {
            let expected = reference(function, Double(x))
            #expect(
              agrees(Double(y), expected, relative: 2e-6, absolute: 5e-7), "\(function)(\(x)) = \(y), not \(expected)")
          }
        }
      }
    }
  }

  @Test func otherFloatingPointTypes() throws {
    var random = SeededRandom(seed: 2)
    let inputs = random.floats(300, in: -3...3)
    for function in realFunctions {
      let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
      let doubles = inputs.map(Double.init)
      let halves = inputs.map { Float16($0) }
      let (double, doubleOut) = (fixture.input(doubles, [300]), fixture.output(.float64, [300]))
      let (half, halfOut) = (fixture.input(halves, [300]), fixture.output(.float16, [300], strides: [2]))
      for (input, output) in [(double, doubleOut), (half, halfOut)] {
        try fixture.run(
          UnaryInstruction(function: function.rawValue, input: input, output: output, alpha: 0.5, beta: 1.5))
      }
      for (x, y) in zip(doubles, fixture.values(doubleOut, as: Double.self)) {
        #expect(agrees(y, reference(function, x), relative: 1e-13, absolute: 1e-15), "\(function)(\(x)) = \(y)")
      }
      for (x, y) in zip(halves, fixture.values(halfOut, as: Float16.self)) {
        let expected = Float16(reference(function, Double(x)))
        #expect(agrees(Double(y), Double(expected), relative: 1e-3, absolute: 1e-7), "\(function)(\(x)) = \(y)")
      }
    }
  }

  @Test func specialNumbers() throws {
    let inputs: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0.5, 1.5, 2.5, -0.5]
    func run(_ function: UnaryFunction, _ kernels: ek_kernels, alpha: Float = 0, beta: Float = 0) throws -> [Float] {
      let fixture = InstructionFixture(arenaBytes: 4096, weightBytes: 64)
      fixture.kernels = kernels
      let (input, output) = (fixture.input(inputs, [9]), fixture.output(.float32, [9]))
      try fixture.run(
        UnaryInstruction(function: function.rawValue, input: input, output: output, alpha: alpha, beta: beta))
      return fixture.values(output)
    }
    for kernels in kernelTables() {
      #expect(try run(.round, kernels).dropFirst(5) == [0, 2, 2, -0.0])
      #expect(try run(.relu, kernels)[0].isNaN)
      #expect(try run(.relu, kernels)[1...2] == [.infinity, 0])
      #expect(try run(.clip, kernels, alpha: -1, beta: 1)[0].isNaN)
      #expect(try run(.clip, kernels, alpha: -1, beta: 1)[1...2] == [1, -1])
      #expect(try run(.sign, kernels)[0].isNaN)
      #expect(try run(.sigmoid, kernels)[1...3] == [1, 0, 0.5])
      #expect(try run(.softplus, kernels)[1...2] == [.infinity, 0])
      #expect(try run(.hyperbolicTangent, kernels)[1...2] == [1, -1])
    }
  }

  @Test func predicatesWriteBool() throws {
    let inputs: [Float] = [.nan, .infinity, -.infinity, 1]
    let fixture = InstructionFixture(arenaBytes: 4096, weightBytes: 64)
    let (input, output) = (fixture.input(inputs, [4]), fixture.output(.bool, [4]))
    func run(_ function: UnaryFunction, _ alpha: Float, _ beta: Float) throws -> [Bool] {
      try fixture.run(
        UnaryInstruction(function: function.rawValue, input: input, output: output, alpha: alpha, beta: beta))
      return fixture.values(output)
    }
    #expect(try run(.isNaN, 0, 0) == [true, false, false, false])
    #expect(try run(.isInfinite, 1, 1) == [false, true, true, false])
    #expect(try run(.isInfinite, 1, 0) == [false, false, true, false])
    #expect(try run(.isInfinite, 0, 1) == [false, true, false, false])
    let bools = fixture.input([true, false, true], [3])
    let negated = fixture.output(.bool, [3])
    try fixture.run(UnaryInstruction(function: UnaryFunction.logicalNot.rawValue, input: bools, output: negated))
    #expect(fixture.values(negated) == [false, true, false])
  }

  private func checkIntegers<I: TestElement & FixedWidthInteger>(_: I.Type) throws {
    var random = SeededRandom(seed: 3)
    let inputs = [I.min, I.max, 0, 1, 0 &- 1] + random.integers(300) as [I]
    let expectations: [(UnaryFunction, (I) -> I)] = [
      (.absolute, { $0 < 0 ? 0 &- $0 : $0 }), (.negate, { 0 &- $0 }), (.sign, { $0.signum() }),
      (.relu, { max($0, 0) }), (.clip, { min(max($0, 3), 100) }), (.bitwiseNot, { ~$0 }), (.floor, { $0 }),
    ]
    for (function, expected) in expectations {
      let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
      let input = fixture.input(inputs, [inputs.count], strides: [2])
      let output = fixture.output(I.elementType, [inputs.count])
      try fixture.run(
        UnaryInstruction(function: function.rawValue, input: input, output: output, alpha: 3, beta: 100))
      #expect(fixture.values(output) == inputs.map(expected), "\(function) of \(I.self)")
    }
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
    let fixture = InstructionFixture(arenaBytes: 4096, weightBytes: 64)
    let (input, output) = (fixture.input([0, 4, 9, 17] as [Int32], [4]), fixture.output(.int32, [4]))
    try fixture.run(UnaryInstruction(function: UnaryFunction.squareRoot.rawValue, input: input, output: output))
    #expect(fixture.values(output) == [0, 2, 3, 4] as [Int32])
  }

  @Test func scalarsEmptyTensorsBroadcastsAndWorkingInPlace() throws {
    let fixture = InstructionFixture()
    let negate = UnaryFunction.negate.rawValue
    let scalar = fixture.output(.float32, [])
    try fixture.run(UnaryInstruction(function: negate, input: fixture.input([2] as [Float], []), output: scalar))
    #expect(fixture.values(scalar) == [-2] as [Float])
    let empty = fixture.output(.float32, [3, 0])
    try fixture.run(
      UnaryInstruction(function: negate, input: fixture.input([] as [Float], [3, 0]), output: empty), threads: 4)
    let repeated = fixture.broadcast(fixture.weights([1, 2, 3] as [Float], [3, 1]), to: [3, 400])
    let wide = fixture.output(.float32, [3, 400])
    try fixture.run(UnaryInstruction(function: negate, input: repeated, output: wide))
    #expect(fixture.values(wide) == [-1, -2, -3].flatMap { Array(repeating: $0, count: 400) } as [Float])
    try fixture.run(UnaryInstruction(function: negate, input: wide, output: wide))
    #expect(fixture.values(wide) == [1, 2, 3].flatMap { Array(repeating: $0, count: 400) } as [Float])
  }

  @Test func resultsDoNotDependOnThreads() throws {
    var random = SeededRandom(seed: 4)
    let inputs = random.floats(50_001, in: -4...4)
    var results: [[UInt32]] = []
    for threads in [1, 2, 3, 7] {
      let fixture = InstructionFixture()
      fixture.kernels = try #require(ek_kernels_for(ek_best_isa())).pointee
      let (input, output) = (fixture.input(inputs, [50_001]), fixture.output(.float32, [50_001]))
      try fixture.run(
        UnaryInstruction(function: UnaryFunction.sigmoid.rawValue, input: input, output: output), threads: threads)
      results.append(fixture.values(output, as: Float.self).map(\.bitPattern))
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func refusesWhatCannotRun() {
    let fixture = InstructionFixture()
    let relu = UnaryFunction.relu.rawValue
    let input = fixture.input([1, 2] as [Float], [2])
    let output = fixture.output(.float32, [2])
    func refuses(_ function: Int32, _ input: TensorID, _ output: TensorID) -> Bool {
      fixture.refuses(UnaryInstruction(function: function, input: input, output: output))
    }
    #expect(!refuses(relu, input, output))
    #expect(refuses(-1, input, output))
    #expect(refuses(999, input, output))
    #expect(refuses(relu, TensorID(-1), output))
    #expect(refuses(relu, TensorID(1000), output))
    #expect(refuses(relu, input, TensorID(-7)))
    #expect(refuses(relu, input, fixture.weights([0, 0] as [Float], [2])))
    #expect(refuses(relu, input, fixture.output(.float32, [3])))
    #expect(refuses(relu, input, fixture.output(.float64, [2])))
    #expect(refuses(relu, input, fixture.view(output, [2], strides: [0])))
    #expect(refuses(UnaryFunction.logicalNot.rawValue, input, output))
    #expect(refuses(UnaryFunction.bitwiseNot.rawValue, input, output))
    #expect(refuses(UnaryFunction.isNaN.rawValue, input, output))
    #expect(refuses(relu, fixture.input([true, false], [2]), fixture.output(.bool, [2])))
    for damage: (inout TensorRecord) -> Void in [
      { $0.type = 0 }, { $0.type = 200 }, { $0.rank = 9 }, { $0.storage = 7 }, { $0.shape[0] = -1 },
      { $0.strides[0] = -1 }, { $0.shape[5] = 2 }, { $0.strides[6] = 1 }, { $0.byteOffset += 1 },
      { $0.byteOffset = .max },
      { record in
        record.rank = 8
        record.shape = SIMD8(repeating: .max)
        record.strides = SIMD8(repeating: 0)
      },
    ] {
      let broken = fixture.input([1, 2] as [Float], [2])
      fixture.damage(broken, damage)
      #expect(refuses(relu, broken, output))
    }
  }
}
