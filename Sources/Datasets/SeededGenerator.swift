/// A reproducible stream of random numbers: xoshiro256++ (Blackman and Vigna, 2019), its state filled from the seed by
/// SplitMix64 (Steele, Lea and Flood, 2014). The same seed gives the same numbers on every machine and in every
/// release; shuffles, splits and generated data sets depend on it.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// - Parameters:
  ///   - seed: the stream's seed.
  ///   - stream: an independent stream of that seed, such as a picture's index.
  package init(seed: UInt64, stream: UInt64 = 0) {
    var filler = SplitMix64(state: seed)
    var mixed = SplitMix64(state: filler.next() ^ (stream &* 0xd1b5_4a32_d192_ed03))
    s0 = mixed.next()
    s1 = mixed.next()
    s2 = mixed.next()
    s3 = mixed.next()
  }

  /// A generator that goes on from where another one stood. All zero is no state: it gives only zeros.
  package init(state: SIMD4<UInt64>) {
    (s0, s1, s2, s3) = (state[0], state[1], state[2], state[3])
  }

  /// Where the stream stands.
  package var state: SIMD4<UInt64> { SIMD4(s0, s1, s2, s3) }

  /// 64 random bits.
  package mutating func next() -> UInt64 {
    let result = rotate(s0 &+ s3, 23) &+ s0
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotate(s3, 45)
    return result
  }

  /// A number of [0, 1), from the upper 53 bits.
  package mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number of [range.lowerBound, range.upperBound).
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// An integer of 0..<bound without bias (Lemire, 2019); 0 where `bound` is less than 2.
  package mutating func below(_ bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }

  /// An integer of the closed range.
  package mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True with the given probability.
  package mutating func chance(_ probability: Double) -> Bool {
    unit() < probability
  }

  /// Approximately normal with mean 0 and variance 1: the sum of four 16-bit uniforms (Irwin-Hall), so that no library
  /// function whose last bit differs between machines takes part.
  package mutating func normal() -> Double {
    let bits = next()
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
    return (Double(sum) * 0x1p-16 - 2) * 1.732_050_807_568_877_2
  }

  /// Puts the elements in random order (Fisher-Yates, from the back). The standard library's own shuffle may change
  /// between releases, this one may not.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, below(last + 1))
      last -= 1
    }
  }

  private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }
}

/// The generator that fills xoshiro's state.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
