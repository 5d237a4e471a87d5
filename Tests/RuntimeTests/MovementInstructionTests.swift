import Runtime
import TestSupport
import Testing

/// Copy, Fill, Select, Cast, IndexedCopy, Gather.
@Suite struct MovementInstructionTests {
  private func checkCopy<T: TestElement & FixedWidthInteger>(_: T.Type) throws {
    for shape in [
      [], [1], [7], [0, 3], [2, 3], [33, 70], [2, 3, 41, 5], [1, 3, 40, 40], [2, 64, 9, 9], [2, 1, 2, 3, 1, 2, 2, 2],
    ] {
      let values = (0..<shape.product).map { T(truncatingIfNeeded: $0 &* 37 &+ 1) }
      for from in layouts(shape) {
        for to in layouts(shape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 19, weightBytes: 1 << 19)
          let input = fixture.input(values, shape, strides: from, storage: .weights)
          let output = fixture.output(T.elementType, shape, strides: to)
          try fixture.run(CopyInstruction(input: input, output: output), threads: 3)
          #expect(fixture.values(output) == values, "\(shape) from \(from) to \(to)")
        }
      }
    }
  }

  @Test func copiesAnyLayoutToAnyOther() throws {
    try checkCopy(UInt8.self)
    try checkCopy(Int16.self)
    try checkCopy(Int32.self)
    try checkCopy(UInt64.self)
  }

  @Test func copiesBroadcastsAndLargeTransposes() throws {
    let fixture = InstructionFixture()
    let row = fixture.weights([1, 2, 3] as [Float], [3])
    let repeated = fixture.output(.float32, [4, 3])
    try fixture.run(CopyInstruction(input: fixture.broadcast(row, to: [4, 3]), output: repeated))
    #expect(fixture.values(repeated) == Array(repeating: [1, 2, 3], count: 4).flatMap { $0 } as [Float])
    let column = fixture.output(.float32, [3, 4])
    try fixture.run(
      CopyInstruction(input: fixture.view(row, [3, 4], strides: [1, 0]), output: column))
    #expect(fixture.values(column) == [1, 2, 3].flatMap { Array(repeating: $0, count: 4) } as [Float])
    let shape = [1, 37, 50, 51]
    let values = (0..<shape.product).map { Float($0) }
    let planes = fixture.input(values, shape)
    for threads in [1, 2, 5] {
      let pixels = fixture.output(.float32, shape, strides: InstructionFixture.strides(shape, order: [0, 2, 3, 1]))
      try fixture.run(CopyInstruction(input: planes, output: pixels), threads: threads)
      #expect(fixture.values(pixels) == values)
      let back = fixture.output(.float32, shape)
      try fixture.run(CopyInstruction(input: pixels, output: back), threads: threads)
      #expect(fixture.values(back) == values)
    }
    #expect(fixture.refuses(CopyInstruction(input: planes, output: fixture.output(.float32, [1]))))
    #expect(fixture.refuses(CopyInstruction(input: row, output: fixture.output(.int32, [3]))))
  }

  @Test func fills() throws {
    let fixture = InstructionFixture()
    let sevens = fixture.output(.int64, [3, 50], strides: [200, 2])
    try fixture.run(FillInstruction(value: fixture.weights([7] as [Int64], []), output: sevens))
    #expect(fixture.values(sevens) == Array(repeating: 7, count: 150) as [Int64])
    let halves = fixture.output(.float16, [40_000])
    try fixture.run(FillInstruction(value: fixture.weights([0.5] as [Float16], [1]), output: halves), threads: 3)
    #expect(fixture.values(halves) == Array(repeating: 0.5, count: 40_000) as [Float16])
    try fixture.run(FillInstruction(value: fixture.weights([true], []), output: fixture.output(.bool, [2, 0])))
    #expect(fixture.refuses(FillInstruction(value: fixture.weights([1, 2] as [Int64], [2]), output: sevens)))
    #expect(fixture.refuses(FillInstruction(value: fixture.weights([1] as [Int32], []), output: sevens)))
  }

  private func checkSelect<T: TestElement & FixedWidthInteger>(_: T.Type) throws {
    var random = SeededRandom(seed: 8)
    let shape = [3, 4, 5]
    let condition = (0..<60).map { _ in Bool.random(using: &random) }
    let (a, b): ([T], [T]) = (random.integers(60), random.integers(4))
    let expected = shape.positions.map { p in condition[shape.index(of: p)] ? a[shape.index(of: p)] : b[p[1]] }
    for layout in layouts(shape) {
      let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 12)
      let output = fixture.output(T.elementType, shape, strides: layout)
      try fixture.run(
        SelectInstruction(
          condition: fixture.input(condition, shape), a: fixture.input(a, shape, strides: layout),
          b: fixture.broadcast(fixture.weights(b, [4, 1]), to: shape), output: output))
      #expect(fixture.values(output) == expected)
    }
  }

  @Test func selects() throws {
    try checkSelect(UInt8.self)
    try checkSelect(Int16.self)
    try checkSelect(Int32.self)
    try checkSelect(UInt64.self)
    let fixture = InstructionFixture()
    let (condition, a) = (fixture.input([true], [1]), fixture.input([1] as [Float], [1]))
    let output = fixture.output(.float32, [1])
    #expect(!fixture.refuses(SelectInstruction(condition: condition, a: a, b: a, output: output)))
    #expect(fixture.refuses(SelectInstruction(condition: a, a: a, b: a, output: output)))
    #expect(
      fixture.refuses(
        SelectInstruction(condition: condition, a: a, b: fixture.input([1] as [Int32], [1]), output: output)))
    // Any byte but 0 is true.
    fixture.damage(a) { $0.type = ElementType.uint8.rawValue }
    let odd = fixture.input([2] as [UInt8], [1])
    fixture.damage(odd) { $0.type = ElementType.bool.rawValue }
    let (x, y) = (fixture.input([1] as [Float], [1]), fixture.input([2] as [Float], [1]))
    try fixture.run(SelectInstruction(condition: odd, a: x, b: y, output: output))
    #expect(fixture.values(output) == [1] as [Float])
  }

  private func cast<S: TestElement, D: TestElement>(_ values: [S], _: D.Type, stride: Int = 1) throws -> [D] {
    let fixture = InstructionFixture(arenaBytes: 1 << 16, weightBytes: 64)
    let input = fixture.input(values, [values.count], strides: [stride])
    let output = fixture.output(D.elementType, [values.count], strides: [stride])
    try fixture.run(CastInstruction(input: input, output: output))
    return fixture.values(output)
  }

  private func checkIntegerCasts<S: TestElement & FixedWidthInteger>(_: S.Type) throws {
    var random = SeededRandom(seed: 9)
    let values = [S.min, S.max, 0, 1, 0 &- 1] + random.integers(600) as [S]
    for stride in [1, 3] {
      #expect(try cast(values, Int8.self, stride: stride) == values.map { Int8(truncatingIfNeeded: $0) })
      #expect(try cast(values, Int16.self, stride: stride) == values.map { Int16(truncatingIfNeeded: $0) })
      #expect(try cast(values, Int32.self, stride: stride) == values.map { Int32(truncatingIfNeeded: $0) })
      #expect(try cast(values, Int64.self, stride: stride) == values.map { Int64(truncatingIfNeeded: $0) })
      #expect(try cast(values, UInt8.self, stride: stride) == values.map { UInt8(truncatingIfNeeded: $0) })
      #expect(try cast(values, UInt16.self, stride: stride) == values.map { UInt16(truncatingIfNeeded: $0) })
      #expect(try cast(values, UInt32.self, stride: stride) == values.map { UInt32(truncatingIfNeeded: $0) })
      #expect(try cast(values, UInt64.self, stride: stride) == values.map { UInt64(truncatingIfNeeded: $0) })
      #expect(try cast(values, Float.self, stride: stride) == values.map { Float($0) })
      #expect(try cast(values, Double.self, stride: stride) == values.map { Double($0) })
      #expect(try cast(values, Float16.self, stride: stride) == values.map { Float16(Double($0)) })
      #expect(try cast(values, Bool.self, stride: stride) == values.map { $0 != 0 })
    }
  }

  @Test func castsIntegers() throws {
    try checkIntegerCasts(Int8.self)
    try checkIntegerCasts(Int16.self)
    try checkIntegerCasts(Int32.self)
    try checkIntegerCasts(Int64.self)
    try checkIntegerCasts(UInt8.self)
    try checkIntegerCasts(UInt16.self)
    try checkIntegerCasts(UInt32.self)
    try checkIntegerCasts(UInt64.self)
    #expect(try cast([true, false], Float.self) == [1, 0])
    #expect(try cast([true, false], Int64.self) == [1, 0])
  }

  @Test func castsFloatingPoint() throws {
    let values: [Float] = [2.9, -2.9, 0.5, -0.5, 300, -300, 1e20, -1e20, .nan, .infinity, -.infinity, 0]
    #expect(try cast(values, Int8.self) == [2, -2, 0, 0, 127, -128, 127, -128, 0, 127, -128, 0])
    #expect(try cast(values, UInt8.self) == [2, 0, 0, 0, 255, 0, 255, 0, 0, 255, 0, 0])
    #expect(
      try cast(values, Int64.self)
        == [2, -2, 0, 0, 300, -300, .max, .min, 0, .max, .min, 0])
    #expect(try cast(values, UInt64.self) == [2, 0, 0, 0, 300, 0, .max, 0, 0, .max, 0, 0])
    #expect(try cast(values, Bool.self) == [true, true, true, true, true, true, true, true, true, true, true, false])
    #expect(try cast([1.0 / 3, 65519.99, 65520, 6e-8] as [Double], Float16.self) == [1.0 / 3, 65504, .infinity, 6e-8])
    #expect(try cast([1.5, -2, 65504] as [Float16], Float.self, stride: 2) == [1.5, -2, 65504])
    #expect(try cast([0.1] as [Double], Float.self) == [0.1])
    #expect(try cast([0.1] as [Float], Double.self) == [Double(0.1 as Float)])
    let fixture = InstructionFixture()
    let input = fixture.input(values, [12])
    #expect(fixture.refuses(CastInstruction(input: input, output: fixture.output(.int8, [3, 4]))))
  }

  @Test func copiesByTable() throws {
    for (inputLayout, outputLayout) in zip(layouts([2, 3, 4]), layouts([5, 2, 3]).reversed()) {
      var random = SeededRandom(seed: 10)
      let values: [Int16] = random.integers(24)
      let table: [Int32] = random.integers(30, in: -2...23)
      for fill in [nil, 99] as [Int16?] {
        let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 12)
        let output = fixture.output(.int16, [5, 2, 3], strides: outputLayout)
        try fixture.run(
          IndexedCopyInstruction(
            input: fixture.input(values, [2, 3, 4], strides: inputLayout), table: fixture.weights(table, [30]),
            fill: fill.map { fixture.weights([$0], []) } ?? .none, output: output))
        #expect(fixture.values(output) == table.map { $0 < 0 ? fill ?? 0 : values[Int($0)] })
      }
    }
  }

  @Test func refusesTablesThatPointOutside() {
    let fixture = InstructionFixture()
    let input = fixture.input([1, 2, 3] as [Float], [3])
    let output = fixture.output(.float32, [2])
    func refuses(_ table: TensorID, fill: TensorID = .none) -> Bool {
      fixture.refuses(IndexedCopyInstruction(input: input, table: table, fill: fill, output: output))
    }
    #expect(!refuses(fixture.weights([2, .min] as [Int32], [2])))
    #expect(refuses(fixture.weights([2, 3] as [Int32], [2])))
    #expect(refuses(fixture.weights([.max, 0] as [Int32], [2])))
    #expect(refuses(fixture.weights([0] as [Int32], [1])))
    #expect(refuses(fixture.weights([0, 1] as [Int64], [2])))
    #expect(refuses(fixture.input([0, 1] as [Int32], [2])))
    #expect(refuses(fixture.weights([0, 1] as [Int32], [2], strides: [2])))
    #expect(refuses(fixture.weights([0, 1] as [Int32], [2]), fill: fixture.weights([0] as [Int32], [])))
    #expect(refuses(fixture.weights([0, 1] as [Int32], [2]), fill: fixture.weights([0, 1] as [Float], [2])))
  }

  @Test func gathersAlongEveryAxis() throws {
    var random = SeededRandom(seed: 11)
    let shape = [3, 4, 5]
    let data: [Int32] = random.integers(60)
    for axis in 0..<3 {
      for indexShape in [[], [6], [2, 3]] {
        let extent = shape[axis]
        // Beyond the ends: clamped.
        let indices: [Int64] = random.integers(indexShape.product, in: Int64(-extent - 2)...Int64(extent + 1))
        let outputShape = shape[..<axis] + indexShape + shape[(axis + 1)...]
        let expected = Array(outputShape).positions.map { p in
          let index = Int(indices[indexShape.index(of: Array(p[axis..<axis + indexShape.count]))])
          let clamped = max(0, min(extent - 1, index < 0 ? index + extent : index))
          return data[shape.index(of: p[..<axis] + [clamped] + p[(axis + indexShape.count)...])]
        }
        for layout in layouts(shape) {
          let fixture = InstructionFixture(arenaBytes: 1 << 14, weightBytes: 1 << 12)
          let source = fixture.input(data, shape, strides: layout)
          let wide = fixture.input(indices, indexShape)
          let narrow = fixture.input(indices.map { Int32($0) }, indexShape)
          for index in [wide, narrow] {
            let output = fixture.output(.int32, Array(outputShape))
            try fixture.run(
              GatherInstruction(data: source, indices: index, output: output, axis: Int32(axis)), threads: 2)
            #expect(fixture.values(output) == expected)
          }
        }
      }
    }
  }

  @Test func gathersHostileIndicesSafely() throws {
    let fixture = InstructionFixture()
    let data = fixture.input([1, 2, 3] as [Float], [3])
    let output = fixture.output(.float32, [2])
    try fixture.run(
      GatherInstruction(
        data: data, indices: fixture.input([.min, .max] as [Int64], [2]), output: output, axis: 0))
    #expect(fixture.values(output) == [1, 3] as [Float])
    let indices = fixture.input([0, 1] as [Int64], [2])
    func refuses(_ data: TensorID, _ indices: TensorID, _ output: TensorID, _ axis: Int32) -> Bool {
      fixture.refuses(GatherInstruction(data: data, indices: indices, output: output, axis: axis))
    }
    #expect(refuses(data, indices, output, 1))
    #expect(refuses(data, indices, output, -1))
    #expect(refuses(data, data, output, 0))
    #expect(refuses(data, indices, fixture.output(.float32, [3]), 0))
    #expect(refuses(data, indices, fixture.output(.int32, [2]), 0))
    #expect(refuses(fixture.input([] as [Float], [0]), indices, output, 0))
    #expect(refuses(fixture.input([1] as [Float], []), indices, output, 0))
  }
}
