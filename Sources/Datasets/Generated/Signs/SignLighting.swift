/// The light that falls on a scene.
struct SignLighting {
  /// Whether headlights are all there is.
  let isNight: Bool
  private let colour: Light
  private let direction: Point
  private let slope: Float

  init(_ generator: inout SeededGenerator) {
    isNight = generator.chance(0.12)
    let warmth = Float(generator.uniform(-0.25...0.25))
    let tint = Float(generator.uniform(-0.07...0.07))
    colour = Light(1 + warmth, 1 + tint, 1 - warmth)
    direction = Turn.direction(generator.unit())
    slope = Float(generator.uniform(0...0.5))
  }

  /// Lights a plate: unevenly, and with shadows of leaves or a roof on some.
  func shine(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let level = isNight ? Float(generator.uniform(0.25...1.2)) : Float(generator.uniform(0.45...1.05))
    let leaves = canvas.noise(&generator, octaves: 3, across: generator.uniform(3...9))
    let isDappled = !isNight && generator.chance(0.18)
    let isCast = !isNight && generator.chance(0.15)
    let shadow = Float(generator.uniform(0.2...0.6))
    let edge = Turn.direction(generator.unit())
    let offset = generator.uniform(-0.25...0.25)
    let gleam = generator.chance(0.15) ? Float(generator.uniform(0.1...0.7)) : 0
    let gleamAt = Point(generator.unit(), generator.unit())
    canvas.forEachPixel { pixel, index, corner in
      let place = corner - 0.5
      var light = colour * level * (1 + slope * Float((place * direction).sum()) * 2)
      if isDappled {
        light *= shadow + (1 - shadow) * max(0, min((leaves[index] - 0.47) * 8 + 0.5, 1))
      }
      if isCast {
        light *= shadow + (1 - shadow) * Float(max(0, min(((place * edge).sum() - offset) * 30 + 0.5, 1)))
      }
      pixel *= light
      if gleam > 0 {
        let far = corner - gleamAt
        pixel += Light(repeating: gleam / (1 + Float((far * far).sum()) * 40))
      }
    }
  }

  /// Lights what is behind.
  func shineBehind(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let level = Float(isNight ? generator.uniform(0.01...0.12) : generator.uniform(0.5...1.1))
    for index in canvas.pixels.indices { canvas.pixels[index] *= colour * level }
    guard isNight else { return }
    let size = Double(canvas.width)
    let lamps: [Light] = [
      .samples(255, 214, 150), .samples(255, 60, 40), .samples(240, 245, 255), .samples(90, 220, 120),
    ]
    for _ in 0..<generator.below(8) {
      let lamp = Path.circle(Point(generator.unit(), generator.unit()) * size, generator.uniform(0.01...0.06) * size)
      canvas.fill(lamp, lamps[generator.below(lamps.count)], opacity: Float(generator.uniform(0.3...1)))
    }
  }
}
