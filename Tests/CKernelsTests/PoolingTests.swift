import CKernels
import TestSupport
import Testing

@Suite struct PoolingTests {
  @Test(arguments: KernelSet.all) func maximumAndAverage(_ set: KernelSet) {
    var random = SeededRandom(seed: 9)
    for channels in 1...70 {
      let taps = 1 + channels % 10
      let rows = (0..<taps).map { _ in GuardedFloats(random.floats(channels)) }
      let pointers = rows.map { UnsafePointer($0.base) }
      let (largest, average) = (GuardedFloats(count: channels), GuardedFloats(count: channels))
      set.kernels.f32_maxpool(channels, taps, pointers, largest.base)
      set.kernels.f32_avgpool(channels, taps, pointers, 0.3, average.base)
      for c in 0..<channels {
        var sum: Float = 0
        for row in rows { sum += row[c] }
        #expect(largest[c] == rows.map { $0[c] }.max())
        #expect(average[c] == sum * 0.3)
      }
    }
  }

  @Test(arguments: KernelSet.all) func columnSums(_ set: KernelSet) {
    var random = SeededRandom(seed: 10)
    for columns in 1...150 {
      let (rows, step) = (columns % 7, columns + columns % 3)
      let input = GuardedFloats(random.floats(max(rows - 1, 0) * step + columns))
      var sums = (0..<columns).map { Double($0) / 3 }
      var expected = sums
      for r in 0..<rows {
        for c in 0..<columns { expected[c] += Double(input[r * step + c]) }
      }
      set.kernels.f32_column_sums(rows, columns, input.base, step, &sums)
      #expect(sums == expected)
    }
  }

  @Test(arguments: KernelSet.all) func maximumKeepsNotANumber(_ set: KernelSet) {
    let channels = 37
    for place in 0..<3 {
      let rows = (0..<3).map { t in
        GuardedFloats((0..<channels).map { t == place && $0 % 5 == 0 ? .nan : Float($0 - 20 * t) })
      }
      let output = GuardedFloats(count: channels)
      withExtendedLifetime(rows) {
        set.kernels.f32_maxpool(channels, 3, rows.map { UnsafePointer($0.base) }, output.base)
      }
      for c in 0..<channels { #expect(output[c].isNaN == (c % 5 == 0)) }
    }
  }

  @Test(arguments: KernelSet.all) func nothingAveragesToZero(_ set: KernelSet) {
    let output = GuardedFloats(count: 21)
    set.kernels.f32_avgpool(21, 0, [], 1, output.base)
    for c in 0..<21 { #expect(output[c] == 0) }
  }
}
