/// What lies behind an object: sky, trees, walls, streets, or just blurred something.
enum Scenery {
  /// Draws one of the kinds.
  static func draw(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    switch generator.below(10) {
    case 0, 1: drawSky(on: &canvas, &generator)
    case 2, 3:
      drawSky(on: &canvas, &generator)
      drawTreeLine(on: &canvas, &generator)
    case 4, 5: drawFoliage(on: &canvas, &generator)
    case 6:
      drawSky(on: &canvas, &generator)
      drawBuildings(on: &canvas, &generator)
    case 7:
      drawWall(on: &canvas, &generator)
    case 8:
      drawSky(on: &canvas, &generator)
      if generator.chance(0.6) { drawTreeLine(on: &canvas, &generator) }
      drawStreet(on: &canvas, &generator)
    default: drawClutter(on: &canvas, &generator)
    }
    // Out of focus, as what lies far behind often is.
    if generator.chance(0.35) { canvas = canvas.degraded(scale: generator.uniform(0.12...0.4)).degraded(scale: 0.4) }
    if generator.chance(0.35) { drawWires(on: &canvas, &generator) }
  }

  private static func drawSky(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let tops: [Light] = [
      .samples(70, 120, 200), .samples(110, 160, 220), .samples(190, 195, 205), .samples(225, 228, 232),
      .samples(120, 125, 135), .samples(80, 90, 130),
    ]
    let bottoms: [Light] = [
      .samples(170, 205, 240), .samples(225, 230, 235), .samples(240, 215, 180), .samples(150, 155, 165),
    ]
    let top = tops[generator.below(tops.count)]
    let bottom = bottoms[generator.below(bottoms.count)]
    let amount = Float(generator.uniform(0...0.9))
    let scale = generator.uniform(1...4)
    let clouds = canvas.noise(&generator, octaves: 5, across: scale, down: scale * 1.6)
    let cloud = Light(repeating: Float(generator.uniform(0.5...1)))
    canvas.forEachPixel { pixel, index, place in
      let density = max(0, clouds[index] - 0.45) * 2.5 * amount
      pixel = top.mixed(with: bottom, Float(place.y)).mixed(with: cloud, min(density, 1))
    }
  }

  private static func leafColour(_ generator: inout SeededGenerator) -> (dark: Light, light: Light) {
    let kinds: [(Light, Light)] = [
      (.samples(20, 34, 14), .samples(112, 142, 62)), (.samples(26, 40, 30), .samples(90, 120, 90)),
      (.samples(44, 34, 16), .samples(190, 140, 52)), (.samples(48, 40, 34), .samples(140, 125, 108)),
      (.samples(14, 28, 10), .samples(150, 176, 84)), (.samples(40, 18, 12), .samples(168, 76, 42)),
    ]
    return kinds[generator.below(kinds.count)]
  }

  private static func drawFoliage(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let (dark, light) = leafColour(&generator)
    let coarse = canvas.noise(&generator, octaves: 2, across: generator.uniform(2...5))
    let fine = canvas.noise(&generator, octaves: 3, across: generator.uniform(9...24))
    let contrast = Float(generator.uniform(1.2...2.6))
    let gaps = Float(generator.uniform(0.55...0.95))
    let sky = Light(repeating: Float(generator.uniform(0.5...1)))
    canvas.forEachPixel { pixel, index, _ in
      let value = max(0, min((coarse[index] * 0.5 + fine[index] * 0.5 - 0.5) * contrast + 0.5, 1))
      pixel = dark.mixed(with: light, value * value)
      if fine[index] * 0.6 + coarse[index] * 0.4 > gaps { pixel = sky }
    }
  }

  private static func drawTreeLine(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let (dark, light) = leafColour(&generator)
    let height = generator.uniform(0.15...0.9)
    let roughness = generator.uniform(0.15...0.5)
    let edge = NoiseField(&generator, octaves: 5)
      .sampled(width: canvas.width, height: 1, scale: Point(generator.uniform(1.5...5), 1))
    let leaves = canvas.noise(&generator, octaves: 4, across: generator.uniform(6...20))
    let far = Float(generator.uniform(0...0.4))
    let haze = Light.samples(160, 175, 190)
    let width = canvas.width
    canvas.forEachPixel { pixel, index, place in
      let line = height + roughness * (Double(edge[index % width]) - 0.5)
      let share = Float(max(0, min((place.y - line) * 40 + 0.5, 1)))
      if share <= 0 { return }
      let value = leaves[index]
      pixel = pixel.mixed(with: dark.mixed(with: light, value * value).mixed(with: haze, far), share)
    }
  }

  private static func wallColour(_ generator: inout SeededGenerator) -> Light {
    let kinds: [Light] = [
      .samples(150, 90, 70), .samples(196, 180, 150), .samples(160, 160, 158), .samples(215, 212, 204),
      .samples(120, 110, 100), .samples(200, 165, 110), .samples(170, 120, 100), .samples(90, 95, 105),
      .samples(178, 60, 48), .samples(60, 90, 140),
    ]
    let jitter = Light(
      Float(generator.uniform(0.8...1.2)), Float(generator.uniform(0.8...1.2)), Float(generator.uniform(0.8...1.2)))
    return kinds[generator.below(kinds.count)] * jitter
  }

  private static func drawBuildings(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    var x = generator.uniform(-0.3...0)
    while x < 1 {
      let width = generator.uniform(0.25...0.8)
      let top = generator.uniform(-0.2...0.6)
      let slant = generator.uniform(-0.15...0.15)
      let size = Point(Double(canvas.width), Double(canvas.height))
      let left = x
      let place = { (point: Point) -> Point in
        Point(left + point.x * width, top + slant * point.x + point.y * (1.1 - top)) * size
      }
      let wall = wallColour(&generator)
      canvas.fill(Path.polygon([Point(0, 0), Point(1, 0), Point(1, 1.2), Point(0, 1.2)]).mapped(place), wall)
      drawWindows(on: &canvas, wall: wall, place: place, &generator)
      x += width + generator.uniform(-0.05...0.15)
    }
    addGrain(to: &canvas, strength: 0.15, &generator)
  }

  private static func drawWindows(
    on canvas: inout Canvas, wall: Light, place: (Point) -> Point, _ generator: inout SeededGenerator
  ) {
    let columns = generator.integer(2...6)
    let rows = generator.integer(2...7)
    let glass = Light.samples(50, 60, 75) * Float(generator.uniform(0.3...2.5))
    let frame = wall * Float(generator.uniform(0.6...1.6))
    let half = Point(generator.uniform(0.2...0.38) / Double(columns), generator.uniform(0.2...0.38) / Double(rows))
    for row in 0..<rows {
      for column in 0..<columns {
        let center = Point((Double(column) + 0.5) / Double(columns), (Double(row) + 0.5) / Double(rows))
        let window = Path.rectangle(center, halfWidth: half.x, halfHeight: half.y)
        canvas.fill(window.mapped(place), frame)
        let pane = Path.rectangle(center, halfWidth: half.x * 0.8, halfHeight: half.y * 0.85)
        canvas.fill(pane.mapped(place), glass * Float(generator.uniform(0.6...1.4)))
      }
    }
  }

  private static func drawWall(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let wall = wallColour(&generator)
    let mortar = wall.mixed(with: .samples(190, 186, 178), 0.5)
    let isBrick = generator.chance(0.6)
    let rows = generator.uniform(6...18)
    let aspect = generator.uniform(1.8...3)
    let slant = generator.uniform(-0.2...0.2)
    let stains = canvas.noise(&generator, octaves: 4, across: 3)
    let tones = NoiseField(&generator, octaves: 1)
    canvas.forEachPixel { pixel, index, place in
      pixel = wall
      if isBrick {
        let v = (place.y + slant * place.x) * rows
        let row = v.rounded(.down)
        let u = place.x * rows / aspect + row * 0.5
        let column = u.rounded(.down)
        let isJoint = v - row < 0.14 || u - column < 0.07
        pixel = isJoint ? mortar : wall * (0.7 + 0.6 * tones.corner(Int64(column), Int64(row)))
      }
      pixel *= 0.6 + 0.8 * stains[index]
    }
    addGrain(to: &canvas, strength: 0.2, &generator)
  }

  private static func drawStreet(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let size = Point(Double(canvas.width), Double(canvas.height))
    let horizon = generator.uniform(0.5...0.85)
    let vanishing = generator.uniform(0.1...0.9)
    let asphalt = Light.samples(105, 105, 108) * Float(generator.uniform(0.5...1.4))
    let ground = leafColour(&generator).light
    canvas.fill(.polygon([Point(0, horizon), Point(1, horizon), Point(1, 1), Point(0, 1)].map { $0 * size }), ground)
    let road = [Point(vanishing, horizon), Point(vanishing + 1.2, 1.05), Point(vanishing - 1.2, 1.05)]
    canvas.fill(.polygon(road.map { $0 * size }), asphalt)
    let mark = Light(repeating: 0.8)
    for lane in [-0.5, 0.0, 0.5] {
      let marking = [
        Point(vanishing, horizon), Point(vanishing + lane + 0.03, 1.05), Point(vanishing + lane - 0.03, 1.05),
      ]
      canvas.fill(.polygon(marking.map { $0 * size }), mark, opacity: 0.8)
    }
    for _ in 0..<generator.below(3) {
      drawCar(on: &canvas, at: Point(generator.unit(), horizon + generator.uniform(0...0.2)) * size, &generator)
    }
    addGrain(to: &canvas, strength: 0.15, &generator)
  }

  private static func drawCar(on canvas: inout Canvas, at place: Point, _ generator: inout SeededGenerator) {
    let scale = generator.uniform(0.08...0.22) * Double(canvas.width)
    let paints: [Light] = [
      .samples(170, 30, 35), .samples(230, 230, 232), .samples(40, 42, 48), .samples(60, 80, 150),
      .samples(150, 152, 158), .samples(210, 170, 40),
    ]
    let paint = paints[generator.below(paints.count)]
    let body = Path.rectangle(Point(0, 0.1), halfWidth: 1, halfHeight: 0.35, radius: 0.15)
    canvas.fill(body.placed(at: place, scale: scale), paint)
    let cabin = Path.polygon([Point(-0.7, -0.2), Point(-0.45, -0.65), Point(0.4, -0.65), Point(0.75, -0.2)])
    canvas.fill(cabin.placed(at: place, scale: scale), paint * 0.9)
    let glass = cabin.placed(at: Point(0, -0.09), scale: 0.8)
    canvas.fill(glass.placed(at: place, scale: scale), .samples(50, 58, 66))
    for x in [-0.6, 0.6] {
      canvas.fill(Path.circle(Point(x, 0.45), 0.2, sides: 16).placed(at: place, scale: scale), .samples(22, 22, 24))
    }
  }

  /// Coloured shapes of no meaning, as shop fronts and advertisements out of focus are.
  private static func drawClutter(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let base = wallColour(&generator)
    let tones = canvas.noise(&generator, octaves: 4, across: 4)
    canvas.forEachPixel { pixel, index, _ in pixel = base * (0.4 + 1.2 * tones[index]) }
    let size = Double(canvas.width)
    for _ in 0..<generator.integer(4...14) {
      let center = Point(generator.unit(), generator.unit()) * size
      let colour = Light(Float(generator.unit()), Float(generator.unit()), Float(generator.unit()))
      let light = colour * colour
      let scale = generator.uniform(0.04...0.3) * size
      switch generator.below(3) {
      case 0: canvas.fill(.circle(center, scale * 0.6), light)
      case 1:
        let half = Point(generator.uniform(0.3...1), generator.uniform(0.1...1)) * scale
        canvas.fill(.rectangle(center, halfWidth: half.x, halfHeight: half.y), light)
      default:
        let turn = generator.unit()
        canvas.fill(.polygon((0..<3).map { center + scale * Turn.direction(turn + Double($0) / 3) }), light)
      }
    }
    addGrain(to: &canvas, strength: 0.2, &generator)
  }

  /// Thin lines across: wires, branches, fences.
  private static func drawWires(on canvas: inout Canvas, _ generator: inout SeededGenerator) {
    let size = Double(canvas.width)
    let light = Light(repeating: Float(generator.uniform(0.01...0.3)))
    for _ in 0..<generator.integer(1...5) {
      let begin = Point(generator.uniform(-0.2...1.2), -0.1) * size
      let end = generator.chance(0.5) ? Point(generator.unit(), 1.1) * size : Point(1.1, generator.unit()) * size
      let middle = (begin + end) / 2 + Point(generator.uniform(-0.1...0.1), generator.uniform(-0.1...0.1)) * size
      canvas.fill(
        .stroke([begin, middle, end], width: generator.uniform(0.006...0.035) * size), light,
        opacity: Float(generator.uniform(0.5...1)))
    }
  }

  private static func addGrain(to canvas: inout Canvas, strength: Float, _ generator: inout SeededGenerator) {
    let grain = canvas.noise(&generator, octaves: 3, across: generator.uniform(8...30))
    canvas.forEachPixel { pixel, index, _ in pixel *= 1 + strength * (grain[index] - 0.5) * 2 }
  }
}
