/// A point or vector; x to the right, y downwards.
package typealias Point = SIMD2<Double>

/// An outline of closed polygons, filled by the non-zero rule: polygons of one orientation unite, one of the other
/// orientation inside is a hole. Curves are polygons of short sides from the beginning.
package struct Path {
  package private(set) var polygons: [[Point]] = []

  /// A path of one closed polygon.
  package static func polygon(_ points: [Point]) -> Path {
    var path = Path()
    path.add(points)
    return path
  }

  /// A circle or an ellipse along the axes.
  package static func ellipse(_ center: Point, _ radii: Point, sides: Int = 48) -> Path {
    polygon((0..<sides).map { center + radii * Turn.direction(Double($0) / Double(sides)) })
  }

  /// A circle.
  package static func circle(_ center: Point, _ radius: Double, sides: Int = 48) -> Path {
    ellipse(center, Point(radius, radius), sides: sides)
  }

  /// A regular polygon whose first corner lies at an angle in turns.
  package static func regular(corners: Int, radius: Double, first: Double) -> Path {
    polygon((0..<corners).map { radius * Turn.direction(first + Double($0) / Double(corners)) })
  }

  /// A rectangle about a centre, with rounded corners where `radius` is above 0.
  package static func rectangle(_ center: Point, halfWidth: Double, halfHeight: Double, radius: Double = 0) -> Path {
    let corners = [Point(-1, -1), Point(1, -1), Point(1, 1), Point(-1, 1)]
    return rounded(corners.map { center + $0 * Point(halfWidth, halfHeight) }, radius: radius)
  }

  /// A convex polygon with rounded corners: the sides end `radius` before each corner.
  package static func rounded(_ corners: [Point], radius: Double) -> Path {
    guard radius > 0, corners.count > 2 else { return polygon(corners) }
    var points: [Point] = []
    for index in corners.indices {
      let corner = corners[index]
      let begin = corner + radius * (corners[(index + corners.count - 1) % corners.count] - corner).normalized
      let end = corner + radius * (corners[(index + 1) % corners.count] - corner).normalized
      for step in 0...6 {
        let t = Double(step) / 6
        points.append((1 - t) * (1 - t) * begin + 2 * t * (1 - t) * corner + t * t * end)
      }
    }
    return polygon(points)
  }

  /// The points of an arc of an ellipse, from one angle in turns to another.
  package static func arc(_ center: Point, _ radii: Point, from: Double, to: Double, steps: Int = 20) -> [Point] {
    (0...steps).map { center + radii * Turn.direction(from + (to - from) * Double($0) / Double(steps)) }
  }

  /// A line drawn with a pen.
  ///
  /// - Parameters:
  ///   - points: the line's corners, which are always round.
  ///   - width: of the pen.
  ///   - roundEnds: whether the ends are round too, else they are cut square at the end points.
  package static func stroke(_ points: [Point], width: Double, roundEnds: Bool = true) -> Path {
    var path = Path()
    let half = width / 2
    for (start, end) in zip(points, points.dropFirst()) where start != end {
      let along = (end - start).normalized
      let across = half * Point(-along.y, along.x)
      path.add([start + across, end + across, end - across, start - across])
    }
    for (index, point) in points.enumerated() where roundEnds || index > 0 && index < points.count - 1 {
      path.add(circle(point, half, sides: 16).polygons[0])
    }
    return path
  }

  /// Adds a polygon, turned so that all have one orientation.
  package mutating func add(_ points: [Point]) {
    polygons.append(Self.signedArea(points) < 0 ? points.reversed() : points)
  }

  /// Adds all of another path.
  package mutating func add(_ path: Path) {
    polygons += path.polygons
  }

  /// Adds the polygons of another path as holes.
  package mutating func addHole(_ path: Path) {
    polygons += path.polygons.map { $0.reversed() }
  }

  /// Every point moved. Orientation is kept as it comes out: a map that mirrors turns holes and polygons alike.
  package func mapped(_ move: (Point) -> Point) -> Path {
    var path = Path()
    path.polygons = polygons.map { $0.map(move) }
    return path
  }

  /// Scaled about the origin, then shifted.
  package func placed(at shift: Point, scale: Double) -> Path {
    mapped { $0 * scale + shift }
  }

  /// Mirrored left to right.
  package var mirrored: Path { mapped { Point(-$0.x, $0.y) } }

  private static func signedArea(_ points: [Point]) -> Double {
    var area = 0.0
    for (index, point) in points.enumerated() {
      let next = points[(index + 1) % points.count]
      area += point.x * next.y - next.x * point.y
    }
    return area
  }
}

extension Point {
  /// Of length 1; (1, 0) where there is no direction.
  var normalized: Point {
    let length = (x * x + y * y).squareRoot()
    return length > 0 ? self / length : Point(1, 0)
  }
}
