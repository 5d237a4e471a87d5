/// Smooth random values over the plane: lattice noise in several octaves.
struct NoiseField {
  private let seed: UInt64
  private let octaves: Int

  /// - Parameter octaves: each has half the size and half the strength of the one before.
  init(_ generator: inout SeededGenerator, octaves: Int) {
    seed = generator.next()
    self.octaves = octaves
  }

  /// A value of 0...1 with mean 1/2; features of the first octave have size 1.
  func value(_ x: Double, _ y: Double) -> Float {
    var sum: Float = 0
    var strength: Float = 1
    var total: Float = 0
    var scale = 1.0
    for octave in 0..<octaves {
      sum += strength * lattice(x * scale, y * scale, octave)
      total += strength
      strength *= 0.55
      scale *= 2.03
    }
    return sum / total
  }

  private func lattice(_ x: Double, _ y: Double, _ octave: Int) -> Float {
    let left = x.rounded(.down)
    let top = y.rounded(.down)
    let column = Int64(left)
    let row = Int64(top)
    let across = Self.smooth(Float(x - left))
    let down = Self.smooth(Float(y - top))
    let upper = corner(column, row, octave) * (1 - across) + corner(column + 1, row, octave) * across
    let lower = corner(column, row + 1, octave) * (1 - across) + corner(column + 1, row + 1, octave) * across
    return upper * (1 - down) + lower * down
  }

  private func corner(_ column: Int64, _ row: Int64, _ octave: Int) -> Float {
    var hash = seed &+ UInt64(bitPattern: column) &* 0x9e37_79b9_7f4a_7c15
    hash = (hash ^ UInt64(bitPattern: row) &* 0xc2b2_ae3d_27d4_eb4f) &+ UInt64(octave) &* 0x1656_67b1_9e37_79f9
    hash = (hash ^ hash >> 29) &* 0xbf58_476d_1ce4_e5b9
    hash ^= hash >> 32
    return Float(hash & 0xff_ffff) / Float(0x100_0000)
  }

  private static func smooth(_ t: Float) -> Float {
    t * t * (3 - 2 * t)
  }
}
