/// Where a sign hangs in front of the camera: turns a point of its plate into one of the picture.
struct SignPose {
  /// The picture's point at the plate's middle, in pixels.
  let center: Point
  /// Pixels from there to the edge of a plate that faces the camera.
  let radius: Double
  /// The camera's distance in plate radii: near ones give strong perspective.
  let distance: Double
  /// The plate's axes in space, z away from the camera.
  private let across: SIMD3<Double>
  private let down: SIMD3<Double>

  /// - Parameters:
  ///   - yaw: about the post, in turns; from it one side becomes narrower.
  ///   - pitch: forwards or backwards, in turns.
  ///   - roll: in the picture's plane, in turns.
  init(center: Point, radius: Double, distance: Double, yaw: Double, pitch: Double, roll: Double) {
    self.center = center
    self.radius = radius
    self.distance = distance
    let turned = { (vector: SIMD3<Double>) -> SIMD3<Double> in
      let (yawX, yawZ) = (Turn.cosine(yaw), Turn.sine(yaw))
      let afterYaw = SIMD3(vector.x * yawX, vector.y, vector.x * yawZ)
      let (pitchY, pitchZ) = (Turn.cosine(pitch), Turn.sine(pitch))
      let afterPitch = SIMD3(
        afterYaw.x, afterYaw.y * pitchY - afterYaw.z * pitchZ, afterYaw.y * pitchZ + afterYaw.z * pitchY)
      let (rollX, rollY) = (Turn.cosine(roll), Turn.sine(roll))
      return SIMD3(
        afterPitch.x * rollX - afterPitch.y * rollY, afterPitch.x * rollY + afterPitch.y * rollX, afterPitch.z)
    }
    across = turned(SIMD3(1, 0, 0))
    down = turned(SIMD3(0, 1, 0))
  }

  /// The pixel of a point of the plate.
  func project(_ point: Point) -> Point {
    let place = across * point.x + down * point.y
    let scale = distance / max(distance + place.z, 0.2 * distance)
    return center + radius * scale * Point(place.x, place.y)
  }
}
