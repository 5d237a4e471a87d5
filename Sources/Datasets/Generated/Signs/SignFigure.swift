/// A sign as it leaves the workshop: painted outlines, one over the other. It lies about the origin within a circle of
/// radius 1, y downwards.
struct SignFigure {
  /// One paint.
  struct Layer {
    let path: Path
    let tint: SignTint
  }

  /// The plate's edge.
  let outline: Path
  private(set) var layers: [Layer] = []

  init(outline: Path) {
    self.outline = outline
  }

  /// Paints an outline over what is there.
  mutating func paint(_ path: Path, _ tint: SignTint) {
    layers.append(Layer(path: path, tint: tint))
  }

  /// Draws a kind of sign; rims, fonts and arrows vary as they do between countries.
  init(_ kind: SignKind, _ generator: inout SeededGenerator) {
    switch kind {
    case .children: self = .warning(Pictogram.children(&generator), &generator)
    case .roadworks: self = .warning(Pictogram.roadworks, &generator)
    case .trafficLights: self = .trafficLights(&generator)
    case .giveWay: self = .giveWay(&generator)
    case .noEntry: self = .noEntry(&generator)
    case .noOvertaking: self = .noOvertaking(&generator)
    case .speedLimit30: self = .speedLimit("30", &generator)
    case .speedLimit50: self = .speedLimit("50", &generator)
    case .speedLimit80: self = .speedLimit("80", &generator)
    case .stop: self = .stop(&generator)
    case .priorityRoad: self = .priorityRoad(&generator)
    case .parking: self = .parking(&generator)
    case .pedestrianCrossing: self = .pedestrianCrossing(&generator)
    case .roundabout: self = .mandatory(Pictogram.roundabout(&generator), &generator)
    case .turnLeft: self = .mandatory(Pictogram.turnRight(&generator).mirrored, &generator)
    case .turnRight: self = .mandatory(Pictogram.turnRight(&generator), &generator)
    }
  }

  /// A triangle's corners about the origin's neighbourhood, point up.
  private static func triangle(_ radius: Double, center: Double = 0.13) -> [Point] {
    [-0.25, 1.0 / 12, 5.0 / 12].map { Point(0, center) + radius * Turn.direction($0) }
  }

  private static func warningPlate(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = SignFigure(outline: .rounded(triangle(1.12), radius: 0.16))
    figure.paint(figure.outline, .white)
    figure.paint(.rounded(triangle(1.08), radius: 0.15), .red)
    figure.paint(.rounded(triangle(generator.uniform(0.68...0.78)), radius: 0.06), .white)
    return figure
  }

  private static func warning(_ pictogram: Path, _ generator: inout SeededGenerator) -> SignFigure {
    var figure = warningPlate(&generator)
    figure.paint(pictogram.placed(at: Point(0, 0.2), scale: generator.uniform(0.68...0.78)), .black)
    return figure
  }

  private static func trafficLights(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = warningPlate(&generator)
    let scale = generator.uniform(0.9...1.1)
    let center = Point(0, 0.16)
    figure.paint(.rectangle(center, halfWidth: 0.15 * scale, halfHeight: 0.37 * scale, radius: 0.05), .black)
    for (index, tint) in [SignTint.red, .amber, .green].enumerated() {
      figure.paint(.circle(center + Point(0, Double(index - 1) * 0.235 * scale), 0.092 * scale, sides: 20), tint)
    }
    return figure
  }

  private static func giveWay(_ generator: inout SeededGenerator) -> SignFigure {
    func turned(_ radius: Double, _ rounding: Double) -> Path {
      Path.rounded(triangle(radius), radius: rounding).mapped { Point($0.x, -$0.y) }
    }
    var figure = SignFigure(outline: turned(1.12, 0.16))
    figure.paint(figure.outline, .white)
    figure.paint(turned(1.08, 0.15), .red)
    figure.paint(turned(generator.uniform(0.6...0.78), 0.06), .white)
    return figure
  }

  /// A round plate with a rim.
  private static func disc(_ tint: SignTint, rim: SignTint = .white) -> SignFigure {
    var figure = SignFigure(outline: .circle(.zero, 1))
    figure.paint(figure.outline, rim)
    figure.paint(.circle(.zero, 0.96), tint)
    return figure
  }

  private static func prohibition(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = disc(.red)
    figure.paint(.circle(.zero, generator.uniform(0.7...0.8)), .white)
    return figure
  }

  private static func noEntry(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = disc(.red)
    let radius = generator.chance(0.3) ? 0.05 : 0
    figure.paint(
      .rectangle(
        .zero, halfWidth: generator.uniform(0.66...0.78), halfHeight: generator.uniform(0.13...0.19), radius: radius),
      .white)
    return figure
  }

  private static func noOvertaking(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = prohibition(&generator)
    let scale = generator.uniform(0.92...1.08)
    figure.paint(Pictogram.car.placed(at: Point(-0.31, 0.03), scale: scale), .red)
    figure.paint(Pictogram.car.placed(at: Point(0.31, 0.03), scale: scale), .black)
    return figure
  }

  private static func speedLimit(_ number: String, _ generator: inout SeededGenerator) -> SignFigure {
    var figure = prohibition(&generator)
    figure.paint(
      StrokeFont.outline(
        number, height: generator.uniform(0.68...0.84), weight: generator.uniform(0.14...0.2),
        stretch: generator.uniform(0.88...1.08)), .black)
    return figure
  }

  private static func stop(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = SignFigure(outline: .regular(corners: 8, radius: 1.04, first: 1.0 / 16))
    figure.paint(figure.outline, .white)
    figure.paint(.regular(corners: 8, radius: generator.uniform(0.92...0.97), first: 1.0 / 16), .red)
    figure.paint(
      StrokeFont.outline(
        "STOP", height: generator.uniform(0.5...0.66), weight: generator.uniform(0.15...0.2),
        stretch: generator.uniform(0.78...0.92)), .white)
    return figure
  }

  private static func priorityRoad(_ generator: inout SeededGenerator) -> SignFigure {
    func diamond(_ radius: Double, _ rounding: Double) -> Path {
      .rounded((0..<4).map { radius * Turn.direction(Double($0) / 4) }, radius: rounding)
    }
    var figure = SignFigure(outline: diamond(1.1, 0.14))
    figure.paint(figure.outline, .black)
    figure.paint(diamond(1.06, 0.13), .white)
    figure.paint(diamond(generator.uniform(0.68...0.8), 0.06), .yellow)
    return figure
  }

  /// A blue square.
  private static func information(_ generator: inout SeededGenerator) -> SignFigure {
    let height = generator.uniform(0.84...1.0)
    var figure = SignFigure(outline: .rectangle(.zero, halfWidth: 0.86, halfHeight: height, radius: 0.12))
    figure.paint(figure.outline, .white)
    figure.paint(.rectangle(.zero, halfWidth: 0.81, halfHeight: height - 0.05, radius: 0.09), .blue)
    return figure
  }

  private static func parking(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = information(&generator)
    let letter = StrokeFont.outline(
      "P", height: generator.uniform(0.95...1.25), weight: generator.uniform(0.15...0.21),
      stretch: generator.uniform(0.95...1.15))
    figure.paint(letter.placed(at: Point(generator.uniform(-0.1...0.1), 0), scale: 1), .white)
    return figure
  }

  private static func pedestrianCrossing(_ generator: inout SeededGenerator) -> SignFigure {
    var figure = information(&generator)
    figure.paint(.polygon(triangle(0.83, center: 0.17)), .white)
    var walker = Pictogram.walker
    if generator.chance(0.5) { walker = walker.mirrored }
    var scene = walker.placed(at: Point(0, 0.15), scale: generator.uniform(0.62...0.7))
    for stripe in 0..<4 where generator.chance(0.9) {
      let x = -0.36 + 0.24 * Double(stripe)
      scene.add(.polygon([Point(x - 0.06, 0.56), Point(x - 0.02, 0.48), Point(x + 0.07, 0.48), Point(x + 0.05, 0.56)]))
    }
    figure.paint(scene, .black)
    return figure
  }

  private static func mandatory(_ pictogram: Path, _ generator: inout SeededGenerator) -> SignFigure {
    var figure = disc(.blue)
    figure.paint(pictogram.placed(at: .zero, scale: generator.uniform(0.92...1.08)), .white)
    return figure
  }
}
