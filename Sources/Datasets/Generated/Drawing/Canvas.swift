import Imaging

/// A colour of linear light, red, green and blue; 1 is white paper in full light.
typealias Light = SIMD3<Float>

extension Light {
  /// From the usual 8-bit samples. Gamma is taken as 2, so that the way back is a square root, which is exact everywhere.
  static func samples(_ red: Double, _ green: Double, _ blue: Double) -> Light {
    let value = SIMD3(Float(red), Float(green), Float(blue)) / 255
    return value * value
  }

  /// Between this colour (0) and another (1).
  func mixed(with other: Light, _ share: Float) -> Light {
    self + (other - self) * share
  }

  /// Relative brightness.
  var luminance: Float { 0.25 * x + 0.65 * y + 0.1 * z }
}

/// A picture of linear light that is drawn on.
struct Canvas {
  let width: Int
  let height: Int
  /// Row by row from the top.
  var pixels: [Light]

  init(width: Int, height: Int, filledWith light: Light = .zero) {
    self.width = width
    self.height = height
    pixels = [Light](repeating: light, count: width * height)
  }

  /// Fills an outline in pixel coordinates.
  mutating func fill(_ path: Path, _ light: Light, opacity: Float = 1) {
    fill(Coverage(path, width: width, height: height)) { _, _ in (light, opacity) }
  }

  /// Fills covered pixels with what `paint` says for their column and row: colour and opacity.
  mutating func fill(_ coverage: Coverage, paint: (Int, Int) -> (Light, Float)) {
    for row in coverage.rows {
      for column in 0..<width {
        let index = row * width + column
        let share = min(coverage.values[index], 1)
        if share <= 0 { continue }
        let (light, opacity) = paint(column, row)
        pixels[index] = pixels[index].mixed(with: light, share * opacity)
      }
    }
  }

  /// Changes every pixel; `change` gets its index, and its place from 0 to 1 in both directions.
  mutating func forEachPixel(_ change: (inout Light, Int, Point) -> Void) {
    for row in 0..<height {
      for column in 0..<width {
        let place = Point((Double(column) + 0.5) / Double(width), (Double(row) + 0.5) / Double(height))
        change(&pixels[row * width + column], row * width + column, place)
      }
    }
  }

  /// Random values of 0...1, one a pixel.
  ///
  /// - Parameters:
  ///   - octaves: each finer and weaker than the one before.
  ///   - across: features across the canvas.
  ///   - down: features down the canvas, as many as across unless told otherwise.
  func noise(
    _ generator: inout SeededGenerator, octaves: Int, across: Double, down: Double? = nil
  ) -> [Float] {
    NoiseField(&generator, octaves: octaves)
      .sampled(width: width, height: height, scale: Point(across, down ?? across))
  }

  /// The mean of each block of `factor` x `factor` pixels.
  func reduced(by factor: Int) -> Canvas {
    guard factor > 1 else { return self }
    var result = Canvas(width: width / factor, height: height / factor)
    for row in 0..<result.height {
      for column in 0..<result.width {
        var sum = Light.zero
        for y in 0..<factor {
          for x in 0..<factor { sum += pixels[(row * factor + y) * width + column * factor + x] }
        }
        result.pixels[row * result.width + column] = sum / Float(factor * factor)
      }
    }
    return result
  }

  /// As seen by a sensor of fewer pixels and enlarged again: averaged over cells of `1 / scale` pixels, then
  /// interpolated. `scale` is above 0 and at most 1.
  func degraded(scale: Double) -> Canvas {
    let columns = max(4, Int((Double(width) * scale).rounded()))
    let rows = max(4, Int((Double(height) * scale).rounded()))
    guard columns < width, rows < height else { return self }
    // Both steps are separable: weights of each target along one axis.
    let small = resampled(columns, rows, weights: Self.areaWeights)
    return small.resampled(width, height, weights: Self.linearWeights)
  }

  private typealias Weights = [[(index: Int, weight: Float)]]

  private func resampled(_ columns: Int, _ rows: Int, weights: (Int, Int) -> Weights) -> Canvas {
    let across = weights(width, columns)
    let down = weights(height, rows)
    var wide = Canvas(width: columns, height: height)
    for row in 0..<height {
      for column in 0..<columns {
        var sum = Light.zero
        for (index, weight) in across[column] { sum += pixels[row * width + index] * weight }
        wide.pixels[row * columns + column] = sum
      }
    }
    var result = Canvas(width: columns, height: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = Light.zero
        for (index, weight) in down[row] { sum += wide.pixels[index * columns + column] * weight }
        result.pixels[row * columns + column] = sum
      }
    }
    return result
  }

  private static func areaWeights(from source: Int, to target: Int) -> Weights {
    let step = Double(source) / Double(target)
    return (0..<target).map { cell -> [(index: Int, weight: Float)] in
      let begin = Double(cell) * step
      let end = min(begin + step, Double(source))
      let covered = Int(begin)..<min(Int(end.rounded(.up)), source)
      return covered.map { index in
        let share = min(end, Double(index + 1)) - max(begin, Double(index))
        return (index, Float(share / step))
      }
    }
  }

  private static func linearWeights(from source: Int, to target: Int) -> Weights {
    (0..<target).map { cell -> [(index: Int, weight: Float)] in
      let center = (Double(cell) + 0.5) * Double(source) / Double(target) - 0.5
      let clamped = max(0, min(center, Double(source - 1)))
      let lower = min(Int(clamped), source - 1)
      let share = Float(clamped - Double(lower))
      if share == 0 { return [(lower, 1)] }
      return [(lower, 1 - share), (lower + 1, share)]
    }
  }

  /// Convolved with a kernel of odd side whose weights sum to 1; the border's pixels go on outside.
  func convolved(with kernel: [Float], side: Int) -> Canvas {
    let reach = side / 2
    var result = self
    for row in 0..<height {
      for column in 0..<width {
        var sum = Light.zero
        for y in 0..<side {
          let sourceRow = max(0, min(row + y - reach, height - 1)) * width
          for x in 0..<side {
            let weight = kernel[y * side + x]
            if weight == 0 { continue }
            sum += pixels[sourceRow + max(0, min(column + x - reach, width - 1))] * weight
          }
        }
        result.pixels[row * width + column] = sum
      }
    }
    return result
  }

  /// As 8-bit samples.
  func image() throws(ImageError) -> RGBImage {
    try RGBImage(width: width, height: height) { bytes in
      for (index, light) in pixels.enumerated() {
        let clamped = light.clamped(lowerBound: .zero, upperBound: .one)
        let samples = (clamped.squareRoot() * 255).rounded(.toNearestOrEven)
        bytes[index * 3] = UInt8(samples.x)
        bytes[index * 3 + 1] = UInt8(samples.y)
        bytes[index * 3 + 2] = UInt8(samples.z)
      }
    }
  }
}
