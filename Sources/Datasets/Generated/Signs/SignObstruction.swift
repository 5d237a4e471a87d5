/// What stands between the camera and a sign, never more than a part of it.
enum SignObstruction {
  /// Draws leaves, a post, a branch or the edge of a vehicle over the picture.
  static func draw(on canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    switch generator.below(5) {
    case 0, 1: drawLeaves(on: &canvas, pose: pose, &generator)
    case 2: drawPost(on: &canvas, pose: pose, &generator)
    case 3: drawBranch(on: &canvas, pose: pose, &generator)
    default: drawEdge(on: &canvas, pose: pose, &generator)
    }
  }

  private static func leafLight(_ generator: inout SeededGenerator) -> Light {
    Light.samples(
      generator.uniform(40...130), generator.uniform(80...150), generator.uniform(20...70))
      * Float(generator.uniform(0.3...1.2))
  }

  private static func drawLeaves(on canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let middle = pose.center + pose.radius * generator.uniform(0.75...1.15) * Turn.direction(generator.unit())
    let spread = pose.radius * generator.uniform(0.25...0.6)
    for _ in 0..<generator.integer(6...26) {
      let place = middle + spread * generator.unit() * Turn.direction(generator.unit())
      drawLeaf(on: &canvas, at: place, length: pose.radius * generator.uniform(0.08...0.24), &generator)
    }
  }

  private static func drawLeaf(
    on canvas: inout Canvas, at place: Point, length: Double, _ generator: inout SeededGenerator
  ) {
    let along = Turn.direction(generator.unit())
    let across = Point(-along.y, along.x) * generator.uniform(0.25...0.5)
    let leaf = Path.polygon(
      (0..<12).map { step in
        let direction = Turn.direction(Double(step) / 12)
        return place + length * (along * direction.x + across * direction.y)
      })
    canvas.fill(leaf, leafLight(&generator))
  }

  private static func drawPost(on canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let width = pose.radius * generator.uniform(0.1...0.26)
    let place = pose.center.x + pose.radius * generator.uniform(-0.95...0.95)
    let lean = pose.radius * generator.uniform(-0.3...0.3)
    let height = Double(canvas.height)
    let light = Light.samples(120, 118, 112) * Float(generator.uniform(0.1...1.3))
    let post = Path.stroke([Point(place - lean, -height * 0.1), Point(place + lean, height * 1.1)], width: width)
    canvas.fill(post, light)
    let edge = Path.stroke(
      [Point(place - lean + width * 0.3, -height * 0.1), Point(place + lean + width * 0.3, height * 1.1)],
      width: width * 0.3)
    canvas.fill(edge, light * 0.5)
  }

  private static func drawBranch(on canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let angle = generator.unit()
    var place = pose.center + pose.radius * 1.7 * Turn.direction(angle)
    var heading = angle + 0.5 + generator.uniform(-0.1...0.1)
    var points = [place]
    for _ in 0..<generator.integer(4...8) {
      heading += generator.uniform(-0.06...0.06)
      place += pose.radius * 0.3 * Turn.direction(heading)
      points.append(place)
    }
    let bark = Light.samples(70, 58, 46) * Float(generator.uniform(0.2...1))
    canvas.fill(.stroke(points, width: pose.radius * generator.uniform(0.05...0.1)), bark)
    for point in points where generator.chance(0.7) {
      for _ in 0..<generator.integer(1...2) {
        let shift = pose.radius * 0.15 * Turn.direction(generator.unit())
        drawLeaf(on: &canvas, at: point + shift, length: pose.radius * generator.uniform(0.08...0.18), &generator)
      }
    }
  }

  /// A straight edge that hides a side or a corner of the sign.
  private static func drawEdge(on canvas: inout Canvas, pose: SignPose, _ generator: inout SeededGenerator) {
    let outward = Turn.direction(generator.unit())
    let along = Point(-outward.y, outward.x)
    let near = pose.center + outward * pose.radius * generator.uniform(0.5...0.9)
    let far = near + outward * 4 * pose.radius
    let light = Light(Float(generator.unit()), Float(generator.unit()), Float(generator.unit()))
    canvas.fill(
      .polygon([
        near + along * 6 * pose.radius, near - along * 6 * pose.radius, far - along * 6 * pose.radius,
        far + along * 6 * pose.radius,
      ]), light * light * 0.7)
  }
}
