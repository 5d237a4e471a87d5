import Imaging

/// Paints one picture of an object before some scenery, all of it from random numbers.
enum ShapePainter {
  /// Pixels of the canvas along one of the picture.
  private static let oversampling = 3

  /// The picture, and the JPEG quality that its camera would use.
  ///
  /// - Parameter size: width and height in pixels.
  static func paint(
    _ kind: ShapeKind, size: Int, _ generator: inout SeededGenerator
  ) throws(ImageError) -> (image: RGBImage, quality: Int) {
    let side = size * oversampling
    // Most pictures are fair, some are hard.
    let difficulty = generator.unit() * generator.unit()
    var scene = Canvas(width: side, height: side)
    Scenery.draw(on: &scene, &generator)
    let dimming = Float(generator.uniform(0.5...1.1))
    for index in scene.pixels.indices { scene.pixels[index] *= dimming }
    if generator.chance(0.3) { drawOther(on: &scene, &generator) }
    let pose = ShapePose(side: Double(side), difficulty: difficulty, &generator)
    draw(ShapeFigure(kind, &generator), on: &scene, pose: pose, &generator)
    if generator.chance(0.05 + 0.35 * difficulty) { drawObstruction(on: &scene, pose: pose, &generator) }
    let camera = Camera(difficulty: difficulty, isNight: false)
    let exposed = camera.expose(scene.reduced(by: oversampling), &generator)
    return (try exposed.image(), max(camera.quality(&generator), 40))
  }

  /// Draws a figure, its parts lit from one side, with a shadow behind it.
  private static func draw(
    _ figure: ShapeFigure, on scene: inout Canvas, pose: ShapePose, _ generator: inout SeededGenerator
  ) {
    let sun = Turn.direction(generator.uniform(0.55...0.95))
    if generator.chance(0.5) {
      let shift = sun * generator.uniform(-0.18 ... -0.05)
      let depth = Float(generator.uniform(0.2...0.55))
      for layer in figure.layers where !layer.isDetail {
        scene.fill(layer.path.mapped { pose.project($0 + shift) }, .zero, opacity: depth)
      }
    }
    let noise = scene.noise(&generator, octaves: 3, across: generator.uniform(4...14))
    let slope = Float(generator.uniform(0.1...0.55))
    let level = Float(generator.uniform(0.55...1.1))
    let width = scene.width
    let direction = SIMD2<Float>(Float(sun.x), Float(sun.y))
    let middle = SIMD2<Float>(Float(pose.center.x), Float(pose.center.y))
    let materials = ShapePart.allCases.map { _ in ShapeMaterial(&generator) }
    let dark = Light(repeating: Float(generator.uniform(0.01...0.06)))
    for layer in figure.layers {
      let coverage = Coverage(layer.path.mapped(pose.project), width: width, height: scene.height)
      scene.fill(coverage) { column, row in
        let place = (SIMD2<Float>(Float(column), Float(row)) - middle) / Float(pose.radius)
        let shade = max(0.15, level * (1 + slope * (place * direction).sum()))
        if layer.isDetail { return (dark * shade, 1) }
        return (materials[layer.part.rawValue].light(at: place, noise: noise[row * width + column]) * shade, 1)
      }
    }
  }

  /// Another object of no class: a coloured stone or box, beside or behind.
  private static func drawOther(on scene: inout Canvas, _ generator: inout SeededGenerator) {
    let side = Double(scene.width)
    let material = ShapeMaterial(&generator)
    let center = Point(generator.unit(), generator.unit()) * side
    let radius = generator.uniform(0.1...0.25) * side
    let turn = generator.unit()
    let corners = (0..<generator.integer(4...9)).map { _ in generator.unit() }.sorted()
    let path = Path.polygon(corners.map { center + radius * Turn.direction(turn + $0) })
    let level = Float(generator.uniform(0.4...1))
    scene.fill(Coverage(path, width: scene.width, height: scene.height)) { column, row in
      let place = (SIMD2(Double(column), Double(row)) - center) / radius
      return (material.light(at: SIMD2<Float>(Float(place.x), Float(place.y)), noise: 0.5) * level, 1)
    }
  }

  /// A twig or a straight edge that hides a part of the object.
  private static func drawObstruction(
    on scene: inout Canvas, pose: ShapePose, _ generator: inout SeededGenerator
  ) {
    let light = Light(repeating: Float(generator.uniform(0.02...0.5)))
    let outward = Turn.direction(generator.unit())
    let along = Point(-outward.y, outward.x)
    if generator.chance(0.5) {
      let middle = pose.center + outward * pose.radius * generator.uniform(0...0.5)
      let bend = outward * pose.radius * generator.uniform(-0.3...0.3)
      scene.fill(
        .stroke(
          [middle - along * 2 * pose.radius, middle + bend, middle + along * 2 * pose.radius],
          width: pose.radius * generator.uniform(0.06...0.16)), light)
      return
    }
    let near = pose.center + outward * pose.radius * generator.uniform(0.5...0.85)
    let far = near + outward * 4 * pose.radius
    let reach = along * 6 * pose.radius
    scene.fill(.polygon([near + reach, near - reach, far - reach, far + reach]), light)
  }
}
