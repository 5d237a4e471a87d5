import CKernels
import Foundation
import Runtime
import TestSupport
import Testing

/// Reduce, ArgReduce, TopK.
@Suite struct ReductionInstructionTests {
  /// The elements that are reduced into each element of the result, and the result's shape.
  private func groups<T>(_ values: [T], _ shape: [Int], _ axes: Int32) -> (groups: [[T]], shape: [Int]) {
    let reduced = shape.indices.map { axes >> Int32($0) & 1 == 1 ? 1 : shape[$0] }
    var groups = Array(repeating: [T](), count: reduced.product)
    for (value, position) in zip(values, shape.positions) { groups[reduced.index(of: position)].append(value) }
    return (groups, reduced)
  }

  private func reference(_ function: ReduceFunction, _ x: [Double]) -> Double {
    switch function {
    case .sum: x.reduce(0, +)
    case .mean: x.reduce(0, +) / Double(x.count)
    case .maximum: x.contains { $0.isNaN } ? .nan : x.max() ?? -.infinity
    case .minimum: x.contains { $0.isNaN } ? .nan : x.min() ?? .infinity
    case .product: x.reduce(1, *)
    case .l1Norm: x.reduce(0) { $0 + abs($1) }
    case .l2Norm: x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .logSum: log(x.reduce(0, +))
    case .logSumExp: log(x.reduce(0) { $0 + exp($1) })
    case .sumSquare: x.reduce(0) { $0 + $1 * $1 }
    }
  }

  @Test func floatingPointReductionsMatchTheirDefinitions() throws {
    var random = SeededRandom(seed: 20)
    let shape = [2, 5, 3, 70]
    let values = random.floats(shape.product, in: 0.5...1.5)
    for function in ReduceFunction.allCases {
      for axes in 0..<Int32(16) {
        let (groups, reduced) = groups(values.map(Double.init), shape, axes)
        let expected = groups.map { reference(function, $0) }
        for layout in layouts(shape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
          let input = fixture.input(values, shape, strides: layout)
          let output = fixture.output(.float32, reduced, strides: InstructionFixture.strides(reduced, gap: 2))
          try fixture.run(
            ReduceInstruction(function: function.rawValue, input: input, output: output, axes: axes), threads: 3)
          let results: [Float] = fixture.values(output)
          let agree = zip(results, expected).allSatisfy { agrees(Double($0), $1, relative: 2e-7, absolute: 1e-30) }
          #expect(agree, "\(function) over axes \(axes) of strides \(layout)")
        }
      }
    }
  }

  @Test func pooledMeansOfPixelsAreExactAndDoNotDependOnThreads() throws {
    var random = SeededRandom(seed: 21)
    let shape = [2, 1283, 7, 7]
    let values = random.floats(shape.product, in: -4...4)
    let (groups, reduced) = groups(values.map(Double.init), shape, 12)
    let expected = groups.map { Float($0.reduce(0, +) / 49) }
    for threads in [1, 2, 5] {
      let fixture = InstructionFixture()
      fixture.kernels = try #require(TestedKernels.all.last).kernels
      let input = fixture.input(values, shape, strides: InstructionFixture.strides(shape, order: [0, 2, 3, 1]))
      let output = fixture.output(.float32, reduced)
      try fixture.run(
        ReduceInstruction(function: ReduceFunction.mean.rawValue, input: input, output: output, axes: 12),
        threads: threads)
      #expect(fixture.values(output) == expected)
    }
  }

  @Test func largeSumsKeepTheirDigits() throws {
    let fixture = InstructionFixture()
    let count = 500_000
    let input = fixture.input(Array(repeating: 0.1 as Float, count: count), [count])
    let output = fixture.output(.float32, [1])
    try fixture.run(ReduceInstruction(function: ReduceFunction.sum.rawValue, input: input, output: output, axes: 1))
    #expect(fixture.values(output) == [Float(Double(0.1 as Float) * Double(count))])
  }

  @Test func specialNumbersAndEmptyAxes() throws {
    func reduce<T: TestElement>(_ function: ReduceFunction, _ values: [T], _ shape: [Int], _ axes: Int32) throws -> [T]
    {
      let fixture = InstructionFixture(arenaBytes: 4096, weightBytes: 64)
      fixture.kernels = try #require(TestedKernels.all.last).kernels
      let output = fixture.output(
        T.elementType, shape.indices.map { axes >> Int32($0) & 1 == 1 ? 1 : shape[$0] })
      try fixture.run(
        ReduceInstruction(
          function: function.rawValue, input: fixture.input(values, shape), output: output, axes: axes))
      return fixture.values(output)
    }
    #expect(try reduce(.maximum, [1, .nan, 3] as [Float], [3], 1)[0].isNaN)
    #expect(try reduce(.minimum, [1, .nan, 3] as [Float], [1, 3], 2)[0].isNaN)
    #expect(try reduce(.logSumExp, [-.infinity, -.infinity] as [Float], [2], 1) == [-.infinity])
    #expect(try reduce(.logSumExp, [.infinity, 0] as [Float], [2], 1) == [.infinity])
    #expect(try reduce(.logSumExp, [1000, 1000] as [Double], [2], 1) == [1000 + log(2)])
    #expect(try reduce(.sum, [Float](), [2, 0], 2) == [0, 0])
    #expect(try reduce(.product, [Float](), [2, 0], 2) == [1, 1])
    #expect(try reduce(.maximum, [Float](), [0], 1) == [-.infinity])
    #expect(try reduce(.minimum, [Float](), [0], 1) == [.infinity])
    #expect(try reduce(.mean, [Float](), [0], 1)[0].isNaN)
    #expect(try reduce(.logSum, [Float](), [0], 1) == [-.infinity])
    #expect(try reduce(.logSumExp, [Float](), [0], 1) == [-.infinity])
    #expect(try reduce(.maximum, [Int8](), [0], 1) == [.min])
    #expect(try reduce(.minimum, [Int16](), [0], 1) == [.max])
    #expect(try reduce(.maximum, [UInt32](), [0], 1) == [0])
    #expect(try reduce(.minimum, [UInt8](), [0], 1) == [255])
    #expect(try reduce(.mean, [Int32](), [0], 1) == [0])
    #expect(try reduce(.sum, [Float](), [0, 3], 2) == [])
    #expect(try reduce(.maximum, [true, false, false, false], [2, 2], 2) == [true, false])
    #expect(try reduce(.minimum, [true, false, true, true], [2, 2], 2) == [false, true])
    #expect(try reduce(.sum, [100, 100, 100] as [Int8], [3], 1) == [44])
    #expect(try reduce(.mean, [-3, -4] as [Int32], [2], 1) == [-3])
    #expect(try reduce(.product, [.max, 3] as [Int64], [2], 1) == [.max &* 3])
    #expect(try reduce(.l1Norm, [-3, 4] as [Int32], [2], 1) == [7])
    #expect(try reduce(.l2Norm, [-3, 4] as [Int32], [2], 1) == [5])
    #expect(try reduce(.sumSquare, [-3, 4] as [Int16], [2], 1) == [25])
    #expect(try reduce(.sum, [.max, 1] as [UInt64], [2], 1) == [0])
    #expect(try reduce(.mean, [1000, 1001, 1002] as [Float16], [3], 1) == [1001])
    #expect(try reduce(.sum, [7] as [Float], [], 0) == [7])
  }

  @Test func refusesReductionsThatCannotRun() {
    let fixture = InstructionFixture()
    let input = fixture.input([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let output = fixture.output(.float32, [2, 1])
    func refuses(_ function: Int32, _ input: TensorID, _ output: TensorID, _ axes: Int32) -> Bool {
      fixture.refuses(ReduceInstruction(function: function, input: input, output: output, axes: axes))
    }
    #expect(!refuses(0, input, output, 2))
    #expect(refuses(10, input, output, 2))
    #expect(refuses(0, input, output, 1))
    #expect(refuses(0, input, output, 3))
    #expect(refuses(0, input, output, 2 + 4))
    #expect(refuses(0, input, output, -1))
    #expect(refuses(0, input, fixture.output(.int32, [2, 1]), 2))
    #expect(refuses(0, input, fixture.output(.float32, [2]), 2))
    #expect(refuses(0, fixture.input([true], [1]), fixture.output(.bool, [1]), 1))
  }

  private func checkArgument<T: TestElement & Comparable>(_ values: [T], _ shape: [Int]) throws {
    for axis in shape.indices {
      let (groups, reduced) = groups(values, shape, 1 << Int32(axis))
      for layout in layouts(shape) {
        for (minimum, last) in [(0, 0), (0, 1), (1, 0), (1, 1)] as [(Int32, Int32)] {
          let expected = groups.map { group -> Int64 in
            let best = minimum == 1 ? group.min() : group.max()
            return Int64((last == 1 ? group.lastIndex { $0 == best } : group.firstIndex { $0 == best }) ?? -1)
          }
          let fixture = InstructionFixture(arenaBytes: 1 << 15, weightBytes: 64)
          let output = fixture.output(.int64, reduced)
          try fixture.run(
            ArgReduceInstruction(
              minimum: minimum, selectLast: last, input: fixture.input(values, shape, strides: layout),
              output: output, axis: Int32(axis)), threads: 2)
          #expect(fixture.values(output) == expected)
        }
      }
    }
  }

  @Test func findsPositionsOfExtremes() throws {
    var random = SeededRandom(seed: 22)
    try checkArgument(random.integers(2 * 3 * 300, in: -5...5) as [Int8], [2, 3, 300])
    try checkArgument(random.integers(60) as [Int64], [3, 4, 5])
    try checkArgument(random.integers(60) as [UInt64], [3, 4, 5])
    try checkArgument(random.integers(60, in: 0...3) as [UInt16], [3, 20])
    try checkArgument(random.floats(60, in: -4...4), [3, 4, 5])
    try checkArgument(random.floats(60, in: -4...4).map { Float16(($0).rounded()) }, [3, 4, 5])
    try checkArgument(random.floats(7, in: -4...4).map(Double.init), [7])
  }

  @Test func notANumberIsAnExtreme() throws {
    let fixture = InstructionFixture()
    let values: [Float] = [1, .nan, 5, .nan, -5]
    let output = fixture.output(.int64, [1])
    for (minimum, last, expected) in [(0, 0, 1), (1, 0, 1), (0, 1, 3), (1, 1, 3)] as [(Int32, Int32, Int64)] {
      try fixture.run(
        ArgReduceInstruction(
          minimum: minimum, selectLast: last, input: fixture.input(values, [5]), output: output, axis: 0))
      #expect(fixture.values(output) == [expected])
    }
    let zeros = fixture.input([-0.0, 0, -0.0] as [Float], [3])
    try fixture.run(ArgReduceInstruction(minimum: 0, selectLast: 0, input: zeros, output: output, axis: 0))
    #expect(fixture.values(output) == [0] as [Int64])
    func refuses(_ input: TensorID, _ output: TensorID, _ axis: Int32) -> Bool {
      fixture.refuses(ArgReduceInstruction(minimum: 0, selectLast: 0, input: input, output: output, axis: axis))
    }
    #expect(refuses(zeros, output, 1))
    #expect(refuses(zeros, output, -1))
    #expect(refuses(zeros, fixture.output(.int32, [1]), 0))
    #expect(refuses(zeros, fixture.output(.int64, [3]), 0))
    #expect(refuses(fixture.input([] as [Float], [0]), output, 0))
  }

  private func checkTopK<T: TestElement & Comparable>(_ values: [T], _ shape: [Int]) throws {
    for axis in shape.indices {
      for k in Set([0, 1, 2, shape[axis] / 2, shape[axis]]) {
        for largest in [true, false] {
          let (groups, _) = groups(values, shape, 1 << Int32(axis))
          let best = groups.map { group in
            Array(
              group.enumerated().sorted { a, b in
                a.element == b.element ? a.offset < b.offset : largest ? a.element > b.element : a.element < b.element
              }.prefix(k))
          }
          var outputShape = shape
          outputShape[axis] = k
          var reduced = shape
          reduced[axis] = 1
          let layout = layouts(shape)[k % layouts(shape).count]
          let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
          let input = fixture.input(values, shape, strides: layout)
          let outputs = fixture.output(T.elementType, outputShape)
          let indices = fixture.output(.int64, outputShape, strides: InstructionFixture.strides(outputShape, gap: 2))
          try fixture.run(
            TopKInstruction(
              input: input, values: outputs, indices: indices, axis: Int32(axis), largest: largest ? 1 : 0),
            threads: 2)
          let expected = outputShape.positions.map { p in best[reduced.index(of: p)][p[axis]] }
          #expect(fixture.values(outputs) == expected.map(\.element))
          #expect(fixture.values(indices) == expected.map { Int64($0.offset) })
        }
      }
    }
  }

  @Test func sortsTheBest() throws {
    var random = SeededRandom(seed: 23)
    try checkTopK(random.integers(3 * 400, in: -50...50) as [Int16], [3, 400])
    try checkTopK(random.floats(60, in: -4...4), [3, 4, 5])
    try checkTopK(random.integers(60) as [UInt64], [3, 4, 5])
    try checkTopK(random.integers(60, in: 0...5) as [UInt8], [60])
    try checkTopK(random.floats(60, in: -4...4).map(Double.init), [6, 10])
  }

  @Test func refusesTopKThatCannotRun() throws {
    let fixture = InstructionFixture()
    let input = fixture.input([3, .nan, 5] as [Float], [3])
    let (values, indices) = (fixture.output(.float32, [2]), fixture.output(.int64, [2]))
    func instruction(_ values: TensorID, _ indices: TensorID, _ axis: Int32 = 0) -> TopKInstruction {
      TopKInstruction(input: input, values: values, indices: indices, axis: axis, largest: 0)
    }
    try fixture.run(instruction(values, indices))
    #expect(fixture.values(indices) == [0, 2] as [Int64])
    #expect(fixture.refuses(instruction(values, indices, 1)))
    #expect(fixture.refuses(instruction(values, indices, -1)))
    #expect(fixture.refuses(instruction(fixture.output(.float32, [4]), fixture.output(.int64, [4]))))
    #expect(fixture.refuses(instruction(values, fixture.output(.int64, [3]))))
    #expect(fixture.refuses(instruction(values, fixture.output(.int32, [2]))))
    #expect(fixture.refuses(instruction(fixture.output(.float64, [2]), indices)))
  }
}
