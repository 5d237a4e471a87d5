/// Smooth random values over the plane: lattice noise in several octaves.
package struct NoiseField {
  private let seed: UInt64
  private let octaves: Int

  /// - Parameter octaves: each has half the size and half the strength of the one before.
  package init(_ generator: inout SeededGenerator, octaves: Int) {
    seed = generator.next()
    self.octaves = octaves
  }

  /// Values of 0...1 with mean 1/2 at the middles of a canvas's pixels, row by row.
  ///
  /// - Parameters:
  ///   - scale: how many features of the first octave lie across the canvas, and how many down.
  ///   - shift: of the plane under the canvas, in such features.
  package func sampled(width: Int, height: Int, scale: Point, shift: Point = .zero) -> [Float] {
    var sum = [Float](repeating: 0, count: width * height)
    var strength: Float = 1
    var total: Float = 0
    var size = 1.0
    for octave in 0..<octaves {
      add(octave, strength, to: &sum, width: width, height: height, scale: scale * size, shift: shift * size)
      total += strength
      strength *= 0.55
      size *= 2.03
    }
    return sum.map { $0 / total }
  }

  /// One octave: each lattice row is made once and interpolated along itself, then between rows.
  private func add(
    _ octave: Int, _ strength: Float, to sum: inout [Float], width: Int, height: Int, scale: Point, shift: Point
  ) {
    let columns = (0..<width).map { column -> (cell: Int64, share: Float) in
      Self.split((Double(column) + 0.5) / Double(width) * scale.x + shift.x)
    }
    var rowCell: Int64?
    var upper: [Float] = []
    var lower: [Float] = []
    for row in 0..<height {
      let (cell, down) = Self.split((Double(row) + 0.5) / Double(height) * scale.y + shift.y)
      if rowCell != cell {
        upper = rowCell == cell - 1 ? lower : line(cell, octave, columns)
        lower = line(cell + 1, octave, columns)
        rowCell = cell
      }
      for column in 0..<width {
        sum[row * width + column] += strength * (upper[column] * (1 - down) + lower[column] * down)
      }
    }
  }

  /// The values along a row of the lattice.
  private func line(_ row: Int64, _ octave: Int, _ columns: [(cell: Int64, share: Float)]) -> [Float] {
    var current: Int64?
    var left: Float = 0
    var right: Float = 0
    return columns.map { cell, share in
      if current != cell {
        left = current == cell - 1 ? right : corner(cell, row, octave)
        right = corner(cell + 1, row, octave)
        current = cell
      }
      return left * (1 - share) + right * share
    }
  }

  /// The value at a point of the lattice.
  package func corner(_ column: Int64, _ row: Int64) -> Float {
    corner(column, row, 0)
  }

  /// A coordinate's lattice cell, and how far through it, smoothly.
  private static func split(_ coordinate: Double) -> (cell: Int64, share: Float) {
    let cell = coordinate.rounded(.down)
    let share = Float(coordinate - cell)
    return (Int64(cell), share * share * (3 - 2 * share))
  }

  private func corner(_ column: Int64, _ row: Int64, _ octave: Int) -> Float {
    var hash = seed &+ UInt64(bitPattern: column) &* 0x9e37_79b9_7f4a_7c15
    hash = (hash ^ UInt64(bitPattern: row) &* 0xc2b2_ae3d_27d4_eb4f) &+ UInt64(octave) &* 0x1656_67b1_9e37_79f9
    hash = (hash ^ hash >> 29) &* 0xbf58_476d_1ce4_e5b9
    hash ^= hash >> 32
    return Float(hash & 0xff_ffff) / Float(0x100_0000)
  }
}
