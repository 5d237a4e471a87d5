/// Steele, Lea and Flood's SplitMix64: the same numbers in every run of a test, on every machine, and in Python.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers between -1 and 1, multiples of 2^-23.
  package mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(Int64(next() >> 40) - (1 << 23)) / Float(1 << 23) }
  }

  package mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  package mutating func integers<I: FixedWidthInteger>(
    _ count: Int, in range: ClosedRange<I> = I.min...I.max
  ) -> [I] {
    (0..<count).map { _ in I.random(in: range, using: &self) }
  }

  package mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// A number in `0..<bound`. The bias is irrelevant here.
  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  package mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 56) }

  package mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}
