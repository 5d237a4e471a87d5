import Imaging

/// Paints one picture of a road sign, all of it from random numbers.
enum SignPainter {
  /// Pixels of the canvas along one of the picture.
  private static let oversampling = 2

  /// The picture, and the JPEG quality that its camera would use.
  ///
  /// - Parameter size: width and height in pixels.
  static func paint(
    _ kind: SignKind, size: Int, _ generator: inout SeededGenerator
  ) throws(ImageError) -> (image: RGBImage, quality: Int) {
    let side = size * oversampling
    // Most pictures are fair, some are hard.
    let difficulty = generator.unit() * generator.unit()
    let lighting = SignLighting(&generator)
    var scene = Canvas(width: side, height: side)
    Scenery.draw(on: &scene, &generator)
    lighting.shineBehind(on: &scene, &generator)
    let pose = pose(side: Double(side), difficulty: difficulty, &generator)
    drawNeighbours(on: &scene, pose: pose, lighting: lighting, &generator)
    drawPole(on: &scene, pose: pose, lighting: lighting, &generator)
    hang(SignFigure(kind, &generator), on: &scene, pose: pose, lighting: lighting, &generator)
    if generator.chance(0.08 + 0.4 * difficulty) { SignObstruction.draw(on: &scene, pose: pose, &generator) }
    let camera = Camera(difficulty: difficulty, isNight: lighting.isNight)
    let exposed = camera.expose(scene.reduced(by: oversampling), &generator)
    return (try exposed.image(), camera.quality(&generator))
  }

  private static func pose(side: Double, difficulty: Double, _ generator: inout SeededGenerator) -> SignPose {
    let radius = side * generator.uniform(0.3 - 0.06 * difficulty...0.46)
    let play = side * 0.5 - radius * 0.8
    let tilt = 0.35 + 0.65 * difficulty
    return SignPose(
      center: Point(side / 2 + play * generator.uniform(-0.8...0.8), side / 2 + play * generator.uniform(-0.8...0.8)),
      radius: radius, distance: generator.uniform(2.6...9), yaw: generator.uniform(-0.15...0.15) * tilt,
      pitch: generator.uniform(-0.08...0.08) * tilt, roll: generator.normal() * 0.028 * tilt)
  }

  /// Paints a plate, wears it, lights it, and puts it into the scene.
  private static func hang(
    _ figure: SignFigure, on scene: inout Canvas, pose: SignPose, lighting: SignLighting,
    _ generator: inout SeededGenerator
  ) {
    let age = generator.unit()
    let palette = SignPalette(fading: Float(max(0, age * generator.uniform(-0.3...1))), &generator)
    var plate = Canvas(width: scene.width, height: scene.height, filledWith: palette.light(.metal))
    for layer in figure.layers { plate.fill(layer.path.mapped(pose.project), palette.light(layer.tint)) }
    SignWear.apply(to: &plate, pose: pose, amount: age, &generator)
    lighting.shine(on: &plate, &generator)
    let width = plate.width
    scene.fill(Coverage(figure.outline.mapped(pose.project), width: width, height: plate.height)) { column, row in
      (plate.pixels[row * width + column], 1)
    }
  }

  /// Plates above and below on the same post: another sign's edge, or a supplementary plate.
  private static func drawNeighbours(
    on scene: inout Canvas, pose: SignPose, lighting: SignLighting, _ generator: inout SeededGenerator
  ) {
    if generator.chance(0.14) {
      let other = SignKind.allCases[generator.below(SignKind.allCases.count)]
      let shift = Point(generator.uniform(-0.1...0.1), generator.chance(0.5) ? 2.15 : -2.15)
      let place = SignPose(
        center: pose.project(shift), radius: pose.radius, distance: pose.distance,
        yaw: generator.uniform(-0.08...0.08), pitch: 0, roll: generator.normal() * 0.01)
      hang(SignFigure(other, &generator), on: &scene, pose: place, lighting: lighting, &generator)
    } else if generator.chance(0.15) {
      let half = Point(generator.uniform(0.6...0.95), generator.uniform(0.2...0.4))
      let center = Point(0, 1.08 + half.y)
      var figure = SignFigure(
        outline: Path.rectangle(center, halfWidth: half.x, halfHeight: half.y, radius: 0.05))
      figure.paint(figure.outline, .black)
      figure.paint(.rectangle(center, halfWidth: half.x - 0.04, halfHeight: half.y - 0.04, radius: 0.04), .white)
      for line in 0..<generator.integer(1...3) {
        let y = center.y - half.y * 0.5 + 0.2 * Double(line)
        let length = generator.uniform(0.3...0.8) * half.x
        figure.paint(.stroke([Point(-length, y), Point(length, y)], width: 0.07), .black)
      }
      hang(figure, on: &scene, pose: pose, lighting: lighting, &generator)
    }
  }

  private static func drawPole(
    on scene: inout Canvas, pose: SignPose, lighting: SignLighting, _ generator: inout SeededGenerator
  ) {
    guard generator.chance(0.85) else { return }
    let half = generator.uniform(0.04...0.1)
    let top = generator.chance(0.3) ? -1.2 : -0.8
    let light = Light.samples(150, 152, 154) * Float(generator.uniform(0.15...1)) * (lighting.isNight ? 0.3 : 1)
    let pole = Path.polygon([Point(-half, top), Point(half, top), Point(half, 6), Point(-half, 6)])
    scene.fill(pole.mapped(pose.project), light)
    let shade = Path.polygon([
      Point(half * 0.3, top), Point(half, top), Point(half, 6), Point(half * 0.3, 6),
    ])
    scene.fill(shade.mapped(pose.project), light * 0.55)
  }
}
