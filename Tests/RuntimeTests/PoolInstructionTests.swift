import CKernels
import Runtime
import TestSupport
import Testing

@Suite struct PoolInstructionTests {
  /// Sizes by spatial axis.
  struct Case {
    var kind = PoolKind.maximum
    var batch = 2
    var channels = 3
    var input = [6, 7]
    var kernel = [3, 3]
    var stride = [1, 1]
    var dilation = [1, 1]
    var padBegin = [0, 0]
    var padEnd = [0, 0]
    var ceil = false
    var countIncludePad = false
    var exponent = 2
    var channelsLast = true
    var hasIndices = false
    var firstAxisFastest = false

    /// ONNX's rule: with ceil_mode no window starts in the padding behind.
    var output: [Int] {
      input.indices.map { i in
        let span = input[i] + padBegin[i] + padEnd[i] - (kernel[i] - 1) * dilation[i] - 1
        if span < 0 { return 0 }
        var extent = (span + (ceil ? stride[i] - 1 : 0)) / stride[i] + 1
        if ceil && (extent - 1) * stride[i] >= input[i] + padBegin[i] { extent -= 1 }
        return extent
      }
    }
  }

  /// Calls `body` with every position below `extents`, the last axis fastest.
  private func positions(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { all, extent in all.flatMap { start in (0..<extent).map { start + [$0] } } }
  }

  private func expected(_ test: Case, _ values: [Double]) -> (values: [Double], indices: [Int64]) {
    var (result, indices): ([Double], [Int64]) = ([], [])
    let plane = test.input.reduce(1, *)
    for place in positions([test.batch, test.channels] + test.output) {
      var inside: [(value: Double, index: Int)] = []
      var counted = 0
      let base = (place[0] * test.channels + place[1]) * plane
      for tap in positions(test.kernel) {
        let at = test.input.indices.map {
          place[2 + $0] * test.stride[$0] + tap[$0] * test.dilation[$0] - test.padBegin[$0]
        }
        if test.input.indices.allSatisfy({ at[$0] < test.input[$0] + test.padEnd[$0] }) { counted += 1 }
        if test.input.indices.contains(where: { at[$0] < 0 || at[$0] >= test.input[$0] }) { continue }
        let offset = zip(at, test.input).reduce(0) { $0 * $1.1 + $1.0 }
        let swapped = zip(at, test.input).reversed().reduce(0) { $0 * $1.1 + $1.0 }
        inside.append((values[base + offset], base + (test.firstAxisFastest ? swapped : offset)))
      }
      switch test.kind {
      case .maximum:
        let best = inside.first { $0.value.isNaN } ?? inside.reduce(inside[0]) { $1.value > $0.value ? $1 : $0 }
        result.append(best.value)
        indices.append(Int64(best.index))
      case .average:
        result.append(
          inside.reduce(0) { $0 + $1.value } / Double(test.countIncludePad ? counted : max(inside.count, 1)))
      case .lp:
        let p = Double(test.exponent)
        result.append(em_pow(inside.reduce(0) { $0 + em_pow($1.value.magnitude, p) }, 1 / p))
      }
    }
    return (result, indices)
  }

  private func lanes(_ values: [Int]) -> SIMD4<Int32> {
    var result = SIMD4<Int32>(repeating: 1)
    for i in values.indices { result[i] = Int32(values[i]) }
    return result
  }

  private func instruction(
    _ test: Case, _ input: TensorID, _ output: TensorID, _ indices: TensorID
  ) -> PoolInstruction {
    PoolInstruction(
      kind: test.kind.rawValue, input: input, output: output, indices: indices,
      indexOrder: test.firstAxisFastest ? 1 : 0, spatialRank: Int32(test.input.count), kernel: lanes(test.kernel),
      stride: lanes(test.stride), dilation: lanes(test.dilation), padBegin: lanes(test.padBegin),
      padEnd: lanes(test.padEnd), countIncludePad: test.countIncludePad ? 1 : 0, exponent: Int32(test.exponent))
  }

  private func build<T: TestElement>(
    _ test: Case, _ values: [T], _ set: TestedKernels
  ) -> (fixture: InstructionFixture, instruction: PoolInstruction) {
    let fixture = InstructionFixture(arenaBytes: 1 << 16 + values.count * 32, weightBytes: 64)
    fixture.kernels = set.kernels
    let inputShape = [test.batch, test.channels] + test.input
    let outputShape = [test.batch, test.channels] + test.output
    let order = test.channelsLast ? [0] + Array(2..<inputShape.count) + [1] : Array(inputShape.indices)
    let input = fixture.input(values, inputShape, strides: InstructionFixture.strides(inputShape, order: order))
    let output = fixture.output(
      T.elementType, outputShape, strides: InstructionFixture.strides(outputShape, order: order))
    let indices = test.hasIndices ? fixture.output(.int64, outputShape) : .none
    return (fixture, instruction(test, input, output, indices))
  }

  private func check<T: TestElement>(
    _ test: Case, _ values: [T], tolerance: Double = 0, _ set: TestedKernels, threads: Int = 1,
    _ widen: (T) -> Double
  ) throws(PlanError) {
    let (fixture, instruction) = build(test, values, set)
    let expected = expected(test, values.map(widen))
    try fixture.run(instruction, threads: threads)
    let result = fixture.values(instruction.output, as: T.self).map(widen)
    let wrong = zip(result, expected.values).count { a, b in
      !(a == b || abs(a - b) <= tolerance * max(1, abs(b)) || (a.isNaN && b.isNaN))
    }
    #expect(wrong == 0, "\(test)")
    if test.hasIndices { #expect(fixture.values(instruction.indices, as: Int64.self) == expected.indices, "\(test)") }
  }

  private func randomCase(_ random: inout SeededRandom, _ rank: Int) -> Case {
    var test = Case()
    func each(_ range: ClosedRange<Int>) -> [Int] { (0..<rank).map { _ in random.pick(range) } }
    test.channels = random.pick(1...20)
    test.input = each(1...7)
    test.kernel = each(1...4)
    test.stride = each(1...3)
    test.dilation = each(1...2)
    // Less padding than a kernel reaches, as ONNX has it: every window sees an element.
    test.padBegin = test.kernel.map { random.pick(0...($0 - 1)) }
    test.padEnd = test.kernel.map { random.pick(0...($0 - 1)) }
    test.ceil = random.pick(0...1) == 1
    test.countIncludePad = random.pick(0...1) == 1
    test.channelsLast = random.pick(0...3) > 0
    test.firstAxisFastest = random.pick(0...1) == 1
    test.exponent = random.pick(1...3)
    return test
  }

  /// Whether every window has an element; a dilated one may step over all of a short axis.
  private func seesSomething(_ test: Case) -> Bool {
    test.input.indices.allSatisfy { i in
      (0..<test.output[i]).allSatisfy { o in
        (0..<test.kernel[i]).contains {
          (0..<test.input[i]).contains(o * test.stride[i] + $0 * test.dilation[i] - test.padBegin[i])
        }
      }
    }
  }

  @Test(arguments: TestedKernels.all, [PoolKind.maximum, .average, .lp]) func floats(
    _ set: TestedKernels, _ kind: PoolKind
  ) throws {
    var random = SeededRandom(seed: 50)
    for round in 0..<300 {
      var test = randomCase(&random, 1 + round % 3)
      test.kind = kind
      test.hasIndices = kind == .maximum && round % 4 == 0
      if !seesSomething(test) { continue }
      let values = random.floats(test.batch * test.channels * test.input.reduce(1, *))
      try check(
        test, values, tolerance: kind == .maximum ? 0 : 1e-6, set, threads: 1 + round % 3, { Double($0) })
      try check(test, values.map(Double.init), tolerance: 1e-12, set, { $0 })
    }
  }

  @Test func bytes() throws {
    var random = SeededRandom(seed: 51)
    let set = TestedKernels.all[0]
    for round in 0..<100 {
      var test = randomCase(&random, 1 + round % 3)
      test.hasIndices = round % 2 == 0
      if !seesSomething(test) { continue }
      let count = test.batch * test.channels * test.input.reduce(1, *)
      try check(test, (0..<count).map { _ in Int8(truncatingIfNeeded: random.next()) }, set, { Double($0) })
      try check(test, (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }, set, { Double($0) })
    }
  }

  @Test(arguments: TestedKernels.all) func globalAverage(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 52)
    for channels in [1, 8, 31, 32, 100] {
      let test = Case(kind: .average, channels: channels, input: [7, 7], kernel: [7, 7])
      try check(test, random.floats(2 * channels * 49), tolerance: 1e-6, set, { Double($0) })
    }
  }

  @Test(arguments: TestedKernels.all) func notANumber(_ set: TestedKernels) throws {
    for (channelsLast, hasIndices) in [(true, false), (false, true)] {
      var values = (0..<(2 * 3 * 42)).map { Float($0 * 37 % 101) }
      for i in stride(from: 0, to: values.count, by: 29) { values[i] = .nan }
      try check(Case(channelsLast: channelsLast, hasIndices: hasIndices), values, set, { Double($0) })
    }
  }

  @Test func windowsInThePadding() throws {
    // Stride 2 over one element with padding 3 on both sides: only the window at 3 sees it, and the next beside it.
    for channelsLast in [true, false] {
      for kind in [PoolKind.maximum, .average, .lp] {
        let test = Case(
          kind: kind, batch: 1, channels: 1, input: [1, 1], kernel: [1, 1], stride: [3, 3], padBegin: [3, 3],
          padEnd: [3, 3], channelsLast: channelsLast)
        let (fixture, instruction) = build(test, [5 as Float], TestedKernels.all[0])
        try fixture.run(instruction)
        let nothing: Float = kind == .maximum ? -.infinity : 0
        let line = [nothing, nothing, nothing]
        #expect(fixture.values(instruction.output, as: Float.self) == line + [nothing, 5, nothing] + line)
      }
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (fixture, good) = build(
      Case(hasIndices: true), [Float](repeating: 1, count: 2 * 3 * 42), TestedKernels.all[0])
    try fixture.validate(good)
    func refuses(_ change: (inout PoolInstruction) -> Void) -> Bool {
      var copy = good
      change(&copy)
      return fixture.refuses(copy)
    }
    #expect(refuses { $0.kind = 3 })
    #expect(refuses { $0.kind = PoolKind.average.rawValue })
    #expect(refuses { $0.spatialRank = 0 })
    #expect(refuses { $0.spatialRank = 3 })
    #expect(refuses { $0.spatialRank = .max })
    #expect(refuses { $0.kernel[0] = 0 })
    #expect(refuses { $0.kernel = SIMD4(repeating: 1 << 13) })
    #expect(refuses { $0.stride[1] = 0 })
    #expect(refuses { $0.dilation[1] = -1 })
    #expect(refuses { $0.padBegin[0] = -1 })
    #expect(refuses { $0.padEnd[0] = -1 })
    #expect(refuses { $0.indices = $0.output })
    #expect(refuses { $0.output = $0.indices })
    #expect(
      refuses {
        $0.kind = PoolKind.lp.rawValue
        $0.indices = .none
        $0.exponent = 0
      })
  }

  @Test(arguments: TestedKernels.all) func mutatedFields(_ set: TestedKernels) throws {
    var random = SeededRandom(seed: 53)
    for round in 0..<60 {
      var test = randomCase(&random, 1 + round % 3)
      test.kind = PoolKind.allCases[round % 3]
      let values = random.floats(test.batch * test.channels * test.input.reduce(1, *))
      let (fixture, instruction) = build(test, values, set)
      for _ in 0..<40 {
        var copy = mutated(instruction, &random)
        if random.pick(0...1) == 0 { copy = mutated(copy, &random) }
        // Another output would be as safe, but not the one that the fixture watches.
        copy.output = instruction.output
        if !fixture.refuses(copy) { try fixture.run(copy, threads: random.pick(1...2)) }
      }
    }
  }
}
