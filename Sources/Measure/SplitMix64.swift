/// A small generator of reproducible numbers (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Puts the elements in random order (Fisher-Yates). The remainder's bias is below 1e-15 for lists of thousands.
  mutating func shuffle(_ elements: inout [Int]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, Int(next() % UInt64(last + 1)))
      last -= 1
    }
  }
}
