/// A width and a height in pixels.
package struct PixelSize: Equatable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  package init(square side: Int) {
    self.init(width: side, height: side)
  }
}
