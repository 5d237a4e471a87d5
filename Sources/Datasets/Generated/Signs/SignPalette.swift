/// The paints of one sign: no two countries and no two years of sun give the same.
struct SignPalette {
  private var lights: [SignTint: Light] = [:]

  /// - Parameter fading: 0 for new paint, 1 for twenty summers.
  init(fading: Float, _ generator: inout SeededGenerator) {
    for tint in SignTint.allCases {
      let base = Self.base(tint)
      let jitter = Light(
        Float(generator.uniform(0.82...1.18)), Float(generator.uniform(0.82...1.18)),
        Float(generator.uniform(0.82...1.18)))
      let fresh = base * jitter * Float(generator.uniform(0.85...1.1)) + Light(repeating: 0.004)
      lights[tint] = fresh.mixed(with: Self.faded(tint, fresh), fading)
    }
  }

  /// The colour of a paint in full light.
  func light(_ tint: SignTint) -> Light {
    lights[tint] ?? .zero
  }

  private static func base(_ tint: SignTint) -> Light {
    switch tint {
    case .white: .samples(235, 236, 232)
    case .black: .samples(32, 32, 34)
    case .red: .samples(190, 24, 36)
    case .blue: .samples(14, 78, 160)
    case .yellow: .samples(244, 190, 24)
    case .amber: .samples(240, 160, 20)
    case .green: .samples(16, 140, 72)
    case .metal: .samples(150, 152, 155)
    }
  }

  /// Red pigment goes first and turns pale, blue and black last; white yellows and greys.
  private static func faded(_ tint: SignTint, _ fresh: Light) -> Light {
    let pale = Light.samples(205, 200, 190)
    return switch tint {
    case .white: fresh.mixed(with: .samples(190, 186, 172), 0.8)
    case .red: fresh.mixed(with: pale, 0.5)
    case .yellow, .amber: fresh.mixed(with: pale, 0.4)
    case .blue, .green: fresh.mixed(with: pale, 0.25)
    case .black: fresh.mixed(with: pale, 0.15)
    case .metal: fresh
    }
  }
}
