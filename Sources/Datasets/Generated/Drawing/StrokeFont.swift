/// Digits and letters of signs, as lines drawn with a pen. A glyph is 1 high, from y = -1/2 to 1/2.
enum StrokeFont {
  /// The outline of a text about the origin.
  ///
  /// - Parameters:
  ///   - text: of the characters that `lines` knows; others are left out.
  ///   - height: from the topmost to the lowest ink.
  ///   - weight: the pen's width as a share of the height.
  ///   - stretch: width of a glyph as a share of what it has by nature.
  static func outline(_ text: String, height: Double, weight: Double, stretch: Double = 1) -> Path {
    let glyphs = text.compactMap(lines)
    let gap = weight * 1.1
    let widths = glyphs.map { $0.width * stretch + gap }
    var x = -(widths.reduce(0, +)) / 2
    var path = Path()
    for (glyph, width) in zip(glyphs, widths) {
      for line in glyph.lines {
        // The pen's middle runs half its width inside.
        let points = line.map { point in
          Point(
            x + gap / 2 + point.x * stretch * (1 - weight / max(glyph.width, weight)) + weight / 2 * stretch,
            point.y * (1 - weight)) * height
        }
        path.add(Path.stroke(points, width: weight * height, roundEnds: false))
      }
      x += width
    }
    return path
  }

  private struct Glyph {
    let width: Double
    let lines: [[Point]]
  }

  private static func lines(_ character: Character) -> Glyph? {
    switch character {
    case "0", "O":
      return Glyph(width: 0.58, lines: [ring(Point(0.29, 0), Point(0.29, 0.5))])
    case "3":
      return Glyph(
        width: 0.56,
        lines: [
          Path.arc(Point(0.26, -0.245), Point(0.27, 0.255), from: -0.42, to: 0.25)
            + Path.arc(Point(0.26, 0.245), Point(0.3, 0.255), from: -0.25, to: 0.42)
        ])
    case "5":
      return Glyph(
        width: 0.56,
        lines: [
          [Point(0.5, -0.5), Point(0.08, -0.5), Point(0.05, -0.06)]
            + Path.arc(Point(0.26, 0.18), Point(0.3, 0.32), from: -0.36, to: 0.4)
        ])
    case "8":
      return Glyph(
        width: 0.56,
        lines: [
          ring(Point(0.28, -0.25), Point(0.245, 0.25)), ring(Point(0.28, 0.245), Point(0.28, 0.255)),
        ])
    case "P":
      return Glyph(
        width: 0.56,
        lines: [
          [Point(0.04, 0.57), Point(0.04, -0.5), Point(0.28, -0.5)]
            + Path.arc(Point(0.28, -0.21), Point(0.26, 0.29), from: -0.25, to: 0.25) + [Point(0.04, 0.08)]
        ])
    case "S":
      return Glyph(
        width: 0.54,
        lines: [
          Path.arc(Point(0.27, -0.25), Point(0.26, 0.25), from: -0.06, to: -0.72)
            + Path.arc(Point(0.27, 0.25), Point(0.27, 0.25), from: -0.22, to: 0.44)
        ])
    case "T":
      return Glyph(
        width: 0.54,
        lines: [[Point(-0.04, -0.5), Point(0.58, -0.5)], [Point(0.27, -0.5), Point(0.27, 0.57)]])
    default: return nil
    }
  }

  private static func ring(_ center: Point, _ radii: Point) -> [Point] {
    // One step more than a whole turn, so that the joint is round as well.
    Path.arc(center, radii, from: 0, to: 1 + 1 / 32, steps: 33)
  }
}
