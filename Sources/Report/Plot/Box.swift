/// A rectangle of a plot.
struct Box: Equatable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  /// A square around a point.
  init(around x: Double, _ y: Double, radius: Double) {
    self.init(left: x - radius, top: y - radius, right: x + radius, bottom: y + radius)
  }

  init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  var width: Double { right - left }
  var height: Double { bottom - top }

  func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  func contains(_ other: Box) -> Bool {
    left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
  }
}
