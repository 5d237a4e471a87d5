import Imaging

/// What a camera makes of a scene: haze, blur, few pixels, exposure, colour, noise and compression.
struct Camera {
  private let difficulty: Double
  private let isNight: Bool

  /// - Parameter difficulty: 0 for a good camera in good weather, 1 for a bad one in bad.
  init(difficulty: Double, isNight: Bool) {
    self.difficulty = difficulty
    self.isNight = isNight
  }

  /// A canvas of the final size, ready to be encoded.
  func expose(_ scene: Canvas, _ generator: inout SeededGenerator) -> Canvas {
    var canvas = scene
    addHaze(to: &canvas, &generator)
    canvas = blurred(canvas, &generator)
    if generator.chance(0.25 + 0.5 * difficulty) {
      canvas = canvas.degraded(scale: 1 - difficulty * generator.uniform(0.2...0.72))
    }
    develop(&canvas, &generator)
    addNoise(to: &canvas, &generator)
    return canvas
  }

  /// libjpeg quality; low more often where all else is bad.
  func quality(_ generator: inout SeededGenerator) -> Int {
    max(15, min(Int(generator.uniform(55...97) - 50 * difficulty * generator.unit()), 97))
  }

  private func addHaze(to canvas: inout Canvas, _ generator: inout SeededGenerator) {
    if generator.chance(0.12) {
      let haze = Light(repeating: Float(generator.uniform(0.3...0.8))) * (isNight ? 0.2 : 1)
      let share = Float(generator.uniform(0.1...0.35 + 0.3 * difficulty))
      for index in canvas.pixels.indices { canvas.pixels[index] = canvas.pixels[index].mixed(with: haze, share) }
    }
    if generator.chance(0.06) {
      // The sun, or a headlight, into the lens.
      let sun = Point(generator.uniform(-0.1...1.1), generator.uniform(-0.1...0.9))
      let power = Float(generator.uniform(0.15...0.7))
      canvas.forEachPixel { pixel, _, place in
        let far = place - sun
        pixel += Light(1, 0.95, 0.85) * (power / (1 + Float((far * far).sum()) * 14))
      }
    }
  }

  private func blurred(_ canvas: Canvas, _ generator: inout SeededGenerator) -> Canvas {
    let size = Double(canvas.width)
    // Both in pixels of the final picture.
    let defocus = (0.35 + 1.1 * difficulty * generator.unit()) * size / 64
    let motion =
      generator.chance(0.2 + 0.2 * difficulty) ? generator.uniform(0.5...1 + 3.4 * difficulty) * size / 64 : 0
    let direction = Turn.direction(generator.chance(0.7) ? generator.uniform(-0.05...0.05) : generator.unit())
    let side = 2 * Int((defocus + motion / 2).rounded(.up)) + 1
    return canvas.convolved(
      with: Self.kernel(side: side, defocus: defocus, motion: motion * direction), side: side)
  }

  /// A disc drawn along a line; four by four samples a cell.
  private static func kernel(side: Int, defocus: Double, motion: Point) -> [Float] {
    let half = Double(side) / 2
    let squared = max(1e-9, (motion * motion).sum())
    var kernel = [Float](repeating: 0, count: side * side)
    for y in 0..<(side * 4) {
      for x in 0..<(side * 4) {
        let place = Point((Double(x) + 0.5) / 4 - half, (Double(y) + 0.5) / 4 - half)
        let along = max(-0.5, min((place * motion).sum() / squared, 0.5))
        let off = place - motion * along
        if (off * off).sum() <= defocus * defocus { kernel[y / 4 * side + x / 4] += 1 }
      }
    }
    let total = kernel.reduce(0, +)
    return total > 0 ? kernel.map { $0 / total } : kernel.indices.map { $0 == kernel.count / 2 ? 1 : 0 }
  }

  /// Exposure, contrast, white balance, vignette.
  private func develop(_ canvas: inout Canvas, _ generator: inout SeededGenerator) {
    var mean: Float = 0
    for pixel in canvas.pixels { mean += pixel.luminance }
    mean /= Float(canvas.pixels.count)
    // An exposure meter that is often wrong.
    let wanted = Float(isNight ? generator.uniform(0.03...0.16) : generator.uniform(0.1...0.34))
    let metered = wanted / max(mean, 0.004)
    let trust = Float(generator.uniform(0.3...1))
    var gain = 1 + (metered - 1) * trust
    gain *= Float(generator.uniform(0.75...1.3))
    if generator.chance(0.15 * difficulty) { gain *= Float(generator.chance(0.5) ? 0.35 : 1.9) }
    gain = max(0.08, min(gain, 8))
    let balance = Light(
      Float(generator.uniform(0.85...1.15)), Float(generator.uniform(0.93...1.07)),
      Float(generator.uniform(0.85...1.15)))
    let saturation = Float(generator.uniform(0.45...1.15))
    let contrast = Float(generator.uniform(0.75...1.2))
    let black = Float(generator.uniform(0...0.03))
    let vignette = Float(generator.uniform(0...0.35))
    canvas.forEachPixel { pixel, _, place in
      let off = place - 0.5
      var light = pixel * balance * gain * (1 - vignette * Float((off * off).sum()) * 2)
      light = Light(repeating: light.luminance).mixed(with: light, saturation)
      light = (light - 0.2) * contrast + 0.2 + black
      pixel = light.clamped(lowerBound: .zero, upperBound: .one)
    }
  }

  private func addNoise(to canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let strength = Float((isNight ? 0.03 : 0.008) + 0.05 * difficulty * generator.unit())
    let chroma = Float(generator.uniform(0.2...0.8))
    for index in canvas.pixels.indices {
      // In the square root of light, where shot noise has the same strength everywhere.
      let common = Float(generator.normal())
      let separate = Light(Float(generator.normal()), Float(generator.normal()), Float(generator.normal()))
      let level = canvas.pixels[index].squareRoot()
      let noisy = level + strength * (common + chroma * separate)
      let kept = noisy.clamped(lowerBound: .zero, upperBound: .one)
      canvas.pixels[index] = kept * kept
    }
  }
}
