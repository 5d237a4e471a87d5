/// What an object's part is made of. Colours are drawn without regard to the object, so that only its form tells what
/// it is.
struct ShapeMaterial {
  private enum Pattern {
    case plain, mottled, striped, checked
  }

  private let base: Light
  private let other: Light
  private let pattern: Pattern
  private let period: Float
  private let direction: SIMD2<Float>
  private let across: SIMD2<Float>
  private let strength: Float

  init(_ generator: inout SeededGenerator) {
    base = Self.colour(&generator)
    other = generator.chance(0.5) ? base * Float(generator.uniform(0.3...0.8)) : Self.colour(&generator)
    let patterns: [Pattern] = [.plain, .plain, .mottled, .mottled, .striped, .checked]
    pattern = patterns[generator.below(patterns.count)]
    period = Float(generator.uniform(0.22...0.6))
    let turn = Turn.direction(generator.unit())
    direction = SIMD2<Float>(Float(turn.x), Float(turn.y))
    across = SIMD2<Float>(-direction.y, direction.x)
    strength = Float(generator.uniform(0.3...0.9))
  }

  /// A colour of any hue, pale ones more often than garish ones.
  private static func colour(_ generator: inout SeededGenerator) -> Light {
    let hue = generator.unit()
    let pure = Light(
      Float(0.5 + 0.5 * Turn.cosine(hue)), Float(0.5 + 0.5 * Turn.cosine(hue - 1.0 / 3)),
      Float(0.5 + 0.5 * Turn.cosine(hue + 1.0 / 3)))
    let grey = Light(repeating: Float(generator.uniform(0.1...0.8)))
    let mixed = pure.mixed(with: grey, Float(generator.uniform(0.1...0.85)))
    return mixed * Float(generator.uniform(0.12...1))
  }

  /// The colour in full light.
  ///
  /// - Parameters:
  ///   - place: in units of the object's radius about its middle.
  ///   - noise: of 0...1 at this pixel.
  func light(at place: SIMD2<Float>, noise: Float) -> Light {
    let share: Float
    switch pattern {
    case .plain: share = 0
    case .mottled: share = max(0, min((noise - 0.5) * 5 + 0.5, 1))
    case .striped: share = Self.isOdd((place * direction).sum() / period) ? 1 : 0
    case .checked:
      share = Self.isOdd((place * direction).sum() / period) != Self.isOdd((place * across).sum() / period) ? 1 : 0
    }
    return base.mixed(with: other, share * strength) * (0.85 + 0.3 * noise)
  }

  private static func isOdd(_ coordinate: Float) -> Bool {
    Int(coordinate.rounded(.down)) & 1 != 0
  }
}
