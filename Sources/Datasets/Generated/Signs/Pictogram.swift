/// The drawings on signs, about the origin, one colour each.
enum Pictogram {
  /// A person walking to the left, from y = -1/2 to 1/2.
  static var walker: Path {
    person(
      head: Point(0.03, -0.42), neck: Point(0.02, -0.27), hip: Point(0.03, 0.06),
      legs: [[Point(-0.12, 0.24), Point(-0.2, 0.47)], [Point(0.13, 0.26), Point(0.27, 0.45)]],
      arms: [[Point(-0.14, -0.12), Point(-0.22, 0.02)], [Point(0.16, -0.13), Point(0.24, 0.01)]])
  }

  /// Two children running to the left, or to the right.
  static func children(_ generator: inout SeededGenerator) -> Path {
    let runner = person(
      head: Point(-0.06, -0.42), neck: Point(-0.02, -0.27), hip: Point(0.06, 0.04),
      legs: [[Point(-0.12, 0.16), Point(-0.18, 0.42)], [Point(0.2, 0.22), Point(0.4, 0.3)]],
      arms: [[Point(-0.17, -0.1), Point(-0.31, -0.17)], [Point(0.16, -0.16), Point(0.24, -0.03)]])
    var path = runner.placed(at: Point(-0.2, 0.02), scale: 0.95)
    path.add(runner.placed(at: Point(0.24, 0.1), scale: 0.78))
    return generator.chance(0.5) ? path.mirrored : path
  }

  /// A worker with a shovel before a heap.
  static var roadworks: Path {
    var path = person(
      head: Point(-0.04, -0.42), neck: Point(0.0, -0.27), hip: Point(0.17, 0.03),
      legs: [[Point(0.03, 0.22), Point(0.07, 0.47)], [Point(0.3, 0.22), Point(0.38, 0.47)]],
      arms: [[Point(-0.13, -0.05), Point(-0.16, 0.06)], [Point(0.06, -0.05), Point(-0.02, 0.02)]])
    path.add(.stroke([Point(0.1, -0.1), Point(-0.36, 0.3)], width: 0.055))
    path.add(.polygon(Path.arc(Point(-0.4, 0.5), Point(0.28, 0.24), from: 0.5, to: 1)))
    return path
  }

  /// A car from behind, about 0.56 wide.
  static var car: Path {
    var path = Path.rectangle(Point(0, 0.06), halfWidth: 0.27, halfHeight: 0.12, radius: 0.04)
    path.add(.polygon([Point(-0.23, -0.04), Point(-0.16, -0.24), Point(0.16, -0.24), Point(0.23, -0.04)]))
    path.add(.rectangle(Point(-0.17, 0.19), halfWidth: 0.06, halfHeight: 0.09))
    path.add(.rectangle(Point(0.17, 0.19), halfWidth: 0.06, halfHeight: 0.09))
    path.addHole(.polygon([Point(-0.15, -0.07), Point(-0.11, -0.19), Point(0.11, -0.19), Point(0.15, -0.07)]))
    return path
  }

  /// An arrow to the right: straight, or coming from below, as signs before and at a junction have it.
  static func turnRight(_ generator: inout SeededGenerator) -> Path {
    let width = generator.uniform(0.2...0.28)
    if generator.chance(0.5) {
      let y = generator.uniform(-0.06...0.06)
      var path = Path.stroke([Point(-0.62, y), Point(0.3, y)], width: width, roundEnds: false)
      path.add(head(at: Point(0.7, y), direction: Point(1, 0), size: generator.uniform(0.36...0.46)))
      return path
    }
    let x = -0.28
    let y = generator.uniform(-0.26 ... -0.12)
    let bend = generator.chance(0.5) ? 0.24 : 0.02
    let corner = (0...8).map { step -> Point in
      let t = Double(step) / 8
      return (1 - t) * (1 - t) * Point(x, y + bend) + 2 * t * (1 - t) * Point(x, y) + t * t * Point(x + bend, y)
    }
    var path = Path.stroke(
      [Point(x, 0.62)] + corner + [Point(0.28, y)], width: width, roundEnds: false)
    path.add(head(at: Point(0.66, y), direction: Point(1, 0), size: generator.uniform(0.34...0.42)))
    return path
  }

  /// Three arrows in a circle, against the clock.
  static func roundabout(_ generator: inout SeededGenerator) -> Path {
    let radius = generator.uniform(0.46...0.52)
    let width = generator.uniform(0.15...0.2)
    let first = generator.uniform(-0.02...0.02) + 1.0 / 12
    var path = Path()
    for arrow in 0..<3 {
      let begin = first + Double(arrow) / 3
      let end = begin - 0.2
      path.add(.stroke(Path.arc(.zero, Point(radius, radius), from: begin, to: end), width: width, roundEnds: false))
      let along = Turn.direction(end - 0.25)
      path.add(head(at: radius * Turn.direction(end) + along * 0.3, direction: along, size: 0.28))
    }
    return path
  }

  /// A triangle with its point at `tip`.
  private static func head(at tip: Point, direction: Point, size: Double) -> Path {
    let across = Point(-direction.y, direction.x)
    let base = tip - direction * size
    return .polygon([tip, base + across * size * 0.85, base - across * size * 0.85])
  }

  private static func person(
    head: Point, neck: Point, hip: Point, legs: [[Point]], arms: [[Point]]
  ) -> Path {
    var path = Path.circle(head, 0.095, sides: 20)
    path.add(.stroke([neck, hip], width: 0.18))
    for leg in legs { path.add(.stroke([hip] + leg, width: 0.11)) }
    for arm in arms { path.add(.stroke([neck] + arm, width: 0.075)) }
    return path
  }
}
