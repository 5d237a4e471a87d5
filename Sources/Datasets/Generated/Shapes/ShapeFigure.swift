/// The parts of an object that may be of different materials.
enum ShapePart: Int, CaseIterable {
  case main, second
}

/// An object's drawing: outlines, one over the other, within about a circle of radius 1 about the origin, y downwards.
struct ShapeFigure {
  /// One outline and what it is made of.
  struct Layer {
    let path: Path
    let part: ShapePart
    /// Whether it is a dark detail, such as an eye or an opening, that throws no shadow.
    let isDetail: Bool
  }

  private(set) var layers: [Layer] = []

  /// Draws an object; proportions vary as they do in life.
  init(_ kind: ShapeKind, _ generator: inout SeededGenerator) {
    switch kind {
    case .apple: addApple(&generator)
    case .bottle: addBottle(&generator)
    case .butterfly: addButterfly(&generator)
    case .car: addCar(&generator)
    case .cup: addCup(&generator)
    case .fish: addFish(&generator)
    case .house: addHouse(&generator)
    case .key: addKey(&generator)
    case .leaf: addLeaf(&generator)
    case .mushroom: addMushroom(&generator)
    case .sailboat: addSailboat(&generator)
    case .umbrella: addUmbrella(&generator)
    }
  }

  private mutating func add(_ path: Path, _ part: ShapePart = .main) {
    layers.append(Layer(path: path, part: part, isDetail: false))
  }

  private mutating func addDetail(_ path: Path) {
    layers.append(Layer(path: path, part: .main, isDetail: true))
  }

  /// An ellipse turned about its middle, the turn in whole turns.
  private static func oval(_ center: Point, _ radii: Point, turn: Double) -> Path {
    let along = Turn.direction(turn)
    return Path.ellipse(.zero, radii).mapped { point in
      center + Point(point.x * along.x - point.y * along.y, point.x * along.y + point.y * along.x)
    }
  }

  private mutating func addApple(_ generator: inout SeededGenerator) {
    let spread = generator.uniform(0.2...0.32)
    let tall = generator.uniform(0.58...0.72)
    addDetail(.stroke([Point(0, -0.35), Point(generator.uniform(-0.15...0.15), -0.9)], width: 0.11))
    var body = Path.ellipse(Point(-spread, 0.2), Point(0.58, tall))
    body.add(.ellipse(Point(spread, 0.2), Point(0.58, tall)))
    add(body)
    if generator.chance(0.6) { add(Self.oval(Point(0.32, -0.68), Point(0.28, 0.12), turn: -0.08), .second) }
  }

  private mutating func addBottle(_ generator: inout SeededGenerator) {
    let half = generator.uniform(0.28...0.42)
    let neck = generator.uniform(0.1...0.16)
    let shoulder = generator.uniform(-0.3 ... -0.05)
    var body = Path.rectangle(
      Point(0, (shoulder + 0.95) / 2), halfWidth: half, halfHeight: (0.95 - shoulder) / 2, radius: 0.1)
    body.add([
      Point(-half, shoulder + 0.12), Point(-neck, shoulder - 0.22), Point(neck, shoulder - 0.22),
      Point(half, shoulder + 0.12),
    ])
    body.add(.rectangle(Point(0, -0.6), halfWidth: neck, halfHeight: 0.35))
    add(body)
    add(.rectangle(Point(0, -0.93), halfWidth: neck * 1.2, halfHeight: 0.09), .second)
    if generator.chance(0.7) {
      add(.rectangle(Point(0, generator.uniform(0.3...0.5)), halfWidth: half, halfHeight: 0.2), .second)
    }
  }

  private mutating func addButterfly(_ generator: inout SeededGenerator) {
    let wide = generator.uniform(0.5...0.6)
    let turn = generator.uniform(0.06...0.13)
    for side in [-1.0, 1.0] {
      add(Self.oval(Point(0.48 * side, -0.32), Point(wide, 0.36), turn: -turn * side))
      add(Self.oval(Point(0.38 * side, 0.4), Point(0.4, 0.3), turn: 0.1 * side), .second)
      if generator.chance(0.6) { addDetail(.circle(Point(0.62 * side, -0.36), 0.12, sides: 16)) }
      addDetail(.stroke([Point(0, -0.5), Point(0.2 * side, -0.92)], width: 0.06))
    }
    addDetail(.stroke([Point(0, -0.48), Point(0, 0.55)], width: 0.17))
  }

  private mutating func addCar(_ generator: inout SeededGenerator) {
    let roof = generator.uniform(-0.55 ... -0.4)
    let front = generator.uniform(0.3...0.5)
    add(.rectangle(Point(0, 0.12), halfWidth: 1, halfHeight: 0.25, radius: 0.12))
    add(.polygon([Point(-0.7, -0.08), Point(-0.45, roof), Point(front, roof), Point(front + 0.28, -0.08)]))
    let pane = roof + 0.1
    addDetail(.polygon([Point(-0.55, -0.1), Point(-0.38, pane), Point(-0.04, pane), Point(-0.04, -0.1)]))
    addDetail(.polygon([Point(0.06, -0.1), Point(0.06, pane), Point(front - 0.05, pane), Point(front + 0.13, -0.1)]))
    let wheel = generator.uniform(0.2...0.27)
    for x in [-0.55, 0.55] {
      addDetail(.circle(Point(x, 0.38), wheel))
      add(.circle(Point(x, 0.38), wheel * 0.5, sides: 20), .second)
    }
  }

  private mutating func addCup(_ generator: inout SeededGenerator) {
    let top = generator.uniform(0.5...0.62)
    let bottom = top * generator.uniform(0.62...0.95)
    let high = generator.uniform(0.5...0.65)
    add(
      .stroke(
        Path.arc(Point(top * 0.9, 0), Point(0.34, 0.34), from: -0.25, to: 0.25),
        width: generator.uniform(0.1...0.16)), .second)
    add(.polygon([Point(-top, -high), Point(top, -high), Point(bottom, high), Point(-bottom, high)]))
    add(.ellipse(Point(0, high), Point(bottom, 0.12)))
    add(.ellipse(Point(0, -high), Point(top, 0.2)), .second)
    addDetail(.ellipse(Point(0, -high), Point(top * 0.85, 0.14)))
  }

  private mutating func addFish(_ generator: inout SeededGenerator) {
    let tall = generator.uniform(0.32...0.52)
    add(.polygon([Point(0.5, 0), Point(1, -0.45), Point(0.88, 0), Point(1, 0.45)]), .second)
    add(.polygon([Point(-0.3, -tall * 0.7), Point(0.15, -tall - 0.28), Point(0.35, -tall * 0.5)]), .second)
    add(.ellipse(Point(-0.12, 0), Point(0.78, tall)))
    add(.polygon([Point(-0.15, 0.05), Point(0.2, 0.32), Point(0.12, 0)]), .second)
    addDetail(.circle(Point(-0.6, -0.1), 0.085, sides: 16))
  }

  private mutating func addHouse(_ generator: inout SeededGenerator) {
    let half = generator.uniform(0.55...0.78)
    let eaves = generator.uniform(-0.25...0)
    add(.rectangle(Point(0, (eaves + 0.85) / 2), halfWidth: half, halfHeight: (0.85 - eaves) / 2))
    if generator.chance(0.6) { addDetail(.rectangle(Point(half * 0.5, -0.6), halfWidth: 0.1, halfHeight: 0.3)) }
    let ridge = generator.uniform(-0.95 ... -0.7)
    add(.polygon([Point(-half - 0.18, eaves), Point(0, ridge), Point(half + 0.18, eaves)]), .second)
    let door = generator.chance(0.5) ? 0.0 : -half * 0.5
    addDetail(.rectangle(Point(door, 0.6), halfWidth: 0.14, halfHeight: 0.25))
    let window = Point(half * 0.55, 0.35)
    addDetail(.rectangle(window, halfWidth: 0.14, halfHeight: 0.14))
    if door == 0 { addDetail(.rectangle(Point(-window.x, window.y), halfWidth: 0.14, halfHeight: 0.14)) }
  }

  private mutating func addKey(_ generator: inout SeededGenerator) {
    let ring = generator.uniform(0.3...0.42)
    let center = Point(-0.92 + ring, 0)
    var path = Path.circle(center, ring)
    path.add(.rectangle(Point(0.3, 0), halfWidth: 0.66, halfHeight: generator.uniform(0.07...0.12)))
    for _ in 0..<generator.integer(2...3) {
      let x = generator.uniform(0.45...0.9)
      path.add(.rectangle(Point(x, 0.18), halfWidth: 0.07, halfHeight: generator.uniform(0.14...0.24)))
    }
    // The hole is no part of the path: what lies under the ring must not show through the shaft's beginning.
    path.addHole(.circle(center, ring * generator.uniform(0.4...0.62)))
    add(path)
  }

  private mutating func addLeaf(_ generator: inout SeededGenerator) {
    let wide = generator.uniform(0.35...0.6)
    let tip = -0.95
    let base = 0.55
    let edge = (0...12).map { step -> Point in
      let t = Double(step) / 12
      return Point(wide * 4 * t * (1 - t) * (0.65 + 0.35 * t), tip + (base - tip) * t)
    }
    add(.polygon(edge + edge.reversed().map { Point(-$0.x, $0.y) }))
    addDetail(.stroke([Point(0, -0.8), Point(0, 0.6), Point(0.06, 0.98)], width: 0.065))
    let veins = generator.integer(2...4)
    for vein in 0..<veins {
      let y = -0.35 + 0.75 * Double(vein) / Double(veins)
      for side in [-1.0, 1.0] {
        addDetail(.stroke([Point(0, y + 0.12), Point(wide * 0.65 * side, y - 0.12)], width: 0.04))
      }
    }
  }

  private mutating func addMushroom(_ generator: inout SeededGenerator) {
    let wide = generator.uniform(0.7...0.95)
    let stem = generator.uniform(0.16...0.28)
    let high = generator.uniform(0.65...0.85)
    add(.polygon([Point(-stem, 0), Point(stem, 0), Point(stem * 1.35, 0.9), Point(-stem * 1.35, 0.9)]), .second)
    add(.polygon(Path.arc(Point(0, 0.1), Point(wide, high), from: 0.5, to: 1)))
    addDetail(.ellipse(Point(0, 0.1), Point(wide * 0.9, 0.06)))
    if generator.chance(0.6) {
      for spot in [Point(-0.4, -0.2), Point(0.05, -0.42), Point(0.42, -0.12)] {
        add(.circle(spot, generator.uniform(0.08...0.14), sides: 16), .second)
      }
    }
  }

  private mutating func addSailboat(_ generator: inout SeededGenerator) {
    let hull = generator.uniform(0.28...0.4)
    let deck = 0.9 - hull
    add(.polygon([Point(-0.85, deck), Point(0.9, deck), Point(0.6, 0.9), Point(-0.6, 0.9)]))
    addDetail(.stroke([Point(0, deck), Point(0, -0.98)], width: 0.07))
    let boom = deck - 0.1
    add(.polygon([Point(0.07, -0.92), Point(0.07, boom), Point(generator.uniform(0.55...0.8), boom)]), .second)
    if generator.chance(0.75) {
      add(.polygon([Point(-0.07, -0.75), Point(-0.07, boom), Point(generator.uniform(-0.7 ... -0.45), boom)]), .second)
    }
  }

  private mutating func addUmbrella(_ generator: inout SeededGenerator) {
    let high = generator.uniform(0.65...0.85)
    let hook = Path.arc(Point(0.16, 0.78), Point(0.16, 0.16), from: 0.5, to: 0)
    addDetail(.stroke([Point(0, -0.95), Point(0, 0.78)] + hook, width: 0.08))
    var canopy = Path.arc(Point(0, -0.05), Point(0.98, high), from: 0.5, to: 1)
    let scallops = generator.integer(3...5)
    for scallop in 0..<scallops {
      let half = 0.98 / Double(scallops)
      let center = Point(0.98 - half * Double(2 * scallop + 1), -0.05)
      canopy += Path.arc(center, Point(half, 0.13), from: 0, to: -0.5, steps: 8)
    }
    add(.polygon(canopy))
    if generator.chance(0.6) {
      add(
        .polygon([Point(0, -0.05 - high), Point(-0.98 / Double(scallops), -0.1), Point(0.98 / Double(scallops), -0.1)]),
        .second)
    }
  }
}
