/// Where an object lies in the picture: turns a point of its drawing into one of the picture.
struct ShapePose {
  /// The picture's point at the drawing's origin, in pixels.
  let center: Point
  /// Pixels of the drawing's unit.
  let radius: Double
  private let across: Point
  private let down: Point

  /// - Parameters:
  ///   - side: of the picture, in pixels.
  ///   - difficulty: 0 for an upright object in the middle, 1 for a tilted one near the border.
  init(side: Double, difficulty: Double, _ generator: inout SeededGenerator) {
    radius = side * generator.uniform(0.27 - 0.08 * difficulty...0.46)
    let play = max(0, side * 0.5 - radius * 0.85)
    center = Point(
      side / 2 + play * generator.uniform(-1...1), side / 2 + play * generator.uniform(-1...1))
    let tilt = Turn.direction(generator.normal() * (0.025 + 0.05 * difficulty))
    let mirror = generator.chance(0.5) ? -1.0 : 1.0
    let stretch = generator.uniform(0.8...1.2)
    let lean = generator.uniform(-0.2...0.2)
    across = Point(tilt.x, tilt.y) * mirror * stretch
    down = Point(-tilt.y, tilt.x) + lean * Point(tilt.x, tilt.y)
  }

  /// The pixel of a point of the drawing.
  func project(_ point: Point) -> Point {
    center + radius * (point.x * across + point.y * down)
  }
}
