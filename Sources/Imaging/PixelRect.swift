/// A rectangle of pixels. It may reach outside a picture: whoever takes one says what happens then.
package struct PixelRect: Equatable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// What this rectangle and a picture of the given size have in common; empty where they do not touch.
  func clipped(to size: PixelSize) -> PixelRect {
    let left = max(x, 0)
    let top = max(y, 0)
    return PixelRect(
      x: left, y: top, width: max(min(x + width, size.width) - left, 0),
      height: max(min(y + height, size.height) - top, 0))
  }
}
