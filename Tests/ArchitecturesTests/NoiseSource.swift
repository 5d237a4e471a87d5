import Graph

/// A reproducible source of noise between -1 and 1.
struct NoiseSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func tensor(_ shape: [Int]) -> Tensor {
    let elements = (0..<shape.reduce(1, *)).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Float(state >> 40) / Float(1 << 23) - 1
    }
    return Tensor(elements, shape: shape)
  }
}
