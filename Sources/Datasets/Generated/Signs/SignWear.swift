/// What years outdoors do to a sign: dirt, scratches, stickers, bullet holes, rust, snow.
enum SignWear {
  /// Changes a canvas on which the sign has been painted.
  ///
  /// - Parameters:
  ///   - amount: 0 for a new sign, 1 for one that should have been replaced.
  static func apply(to canvas: inout Canvas, pose: SignPose, amount: Double, _ generator: inout SeededGenerator) {
    addDirt(to: &canvas, amount: amount, &generator)
    if generator.chance(0.25) { addBolts(to: &canvas, pose: pose, &generator) }
    if generator.chance(0.12 * amount + 0.03) { addSticker(to: &canvas, pose: pose, &generator) }
    if generator.chance(0.1 * amount) { addScrawl(to: &canvas, pose: pose, &generator) }
    if generator.chance(0.2 * amount) { addScratches(to: &canvas, pose: pose, &generator) }
    if generator.chance(0.05) { addSnow(to: &canvas, pose: pose, &generator) }
  }

  private static func addDirt(to canvas: inout Canvas, amount: Double, _ generator: inout SeededGenerator) {
    let patches = canvas.noise(&generator, octaves: 4, across: generator.uniform(2...7))
    let streaks = canvas.noise(&generator, octaves: 2, across: 18, down: 1.5)
    let strength = Float(amount * generator.uniform(0...0.75))
    let mud = Light.samples(95, 82, 62) * Float(generator.uniform(0.3...1.2))
    let threshold = Float(generator.uniform(0.3...0.55))
    canvas.forEachPixel { pixel, index, _ in
      let patch = max(0, patches[index] - threshold) * 3
      let streak = max(0, streaks[index] - 0.5) * 1.5
      pixel = pixel.mixed(with: mud, min((patch + streak) * strength, 0.85))
    }
  }

  private static func addBolts(to canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let light = Light(repeating: Float(generator.uniform(0.1...0.6)))
    for y in [-0.45, 0.45] {
      canvas.fill(Path.circle(Point(0, y), 0.035, sides: 10).mapped(pose.project), light)
    }
  }

  private static func addSticker(to canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    for _ in 0..<generator.integer(1...2) {
      let center = generator.uniform(0.1...0.75) * Turn.direction(generator.unit())
      let size = generator.uniform(0.1...0.22)
      let turn = generator.unit()
      let shape =
        generator.chance(0.4)
        ? Path.circle(center, size)
        : Path.polygon((0..<4).map { center + size * Turn.direction(turn + Double($0) / 4) })
      let colour = Light(Float(generator.unit()), Float(generator.unit()), Float(generator.unit()))
      canvas.fill(shape.mapped(pose.project), colour * colour)
      canvas.fill(
        shape.mapped { pose.project((($0 - center) * 0.5) + center) },
        Light(repeating: Float(generator.unit())), opacity: 0.7)
    }
  }

  private static func addScrawl(to canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    var place = generator.uniform(0...0.5) * Turn.direction(generator.unit())
    var points = [place]
    var turn = generator.unit()
    for _ in 0..<generator.integer(6...14) {
      turn += generator.uniform(-0.22...0.22)
      place += 0.16 * Turn.direction(turn)
      points.append(place)
    }
    let inks: [Light] = [.samples(20, 20, 22), .samples(40, 40, 150), .samples(220, 220, 220), .samples(30, 110, 60)]
    canvas.fill(
      Path.stroke(points, width: generator.uniform(0.04...0.09)).mapped(pose.project),
      inks[generator.below(inks.count)], opacity: Float(generator.uniform(0.6...1)))
  }

  private static func addScratches(to canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    for _ in 0..<generator.integer(1...5) {
      let begin = generator.unit() * Turn.direction(generator.unit())
      let end = begin + generator.uniform(0.1...0.5) * Turn.direction(generator.unit())
      let rust = generator.chance(0.4) ? Light.samples(110, 62, 34) : .samples(185, 186, 188)
      canvas.fill(
        Path.stroke([begin, end], width: generator.uniform(0.015...0.05)).mapped(pose.project), rust, opacity: 0.8)
    }
  }

  /// Snow sticks to the upper or lower edge.
  private static func addSnow(to canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let level = generator.uniform(0.45...0.8)
    let side = generator.chance(0.5) ? 1.0 : -1.0
    var points = [Point(1.3, side * 1.4), Point(-1.3, side * 1.4)]
    for step in 0...12 {
      points.append(Point(-1.3 + 2.6 * Double(step) / 12, side * (level + generator.uniform(-0.1...0.1))))
    }
    canvas.fill(Path.polygon(points).mapped(pose.project), .samples(240, 244, 250), opacity: 0.93)
  }
}
