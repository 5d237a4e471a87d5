/// How a stored picture must be turned to be upright: the values of EXIF's tag 0x0112.
package enum ImageOrientation: UInt8, Equatable, Sendable {
  case upright = 1
  case mirroredHorizontally = 2
  case rotated180 = 3
  case mirroredVertically = 4
  case transposed = 5
  case rotated90Clockwise = 6
  case transversed = 7
  case rotated90CounterClockwise = 8

  /// Whether width and height change places.
  var swapsAxes: Bool {
    switch self {
    case .upright, .mirroredHorizontally, .rotated180, .mirroredVertically: false
    case .transposed, .rotated90Clockwise, .transversed, .rotated90CounterClockwise: true
    }
  }

  /// Where stored pixel (x, y) goes in an upright picture of contiguous RGB rows: `offset + x * pixel + y * row` bytes
  /// from its start. `width` and `height` are those of the upright picture.
  func strides(width: Int, height: Int) -> (offset: Int, pixel: Int, row: Int) {
    let row = width * 3
    let lastColumn = row - 3
    let lastRow = (height - 1) * row
    return switch self {
    case .upright: (0, 3, row)
    case .mirroredHorizontally: (lastColumn, -3, row)
    case .rotated180: (lastRow + lastColumn, -3, -row)
    case .mirroredVertically: (lastRow, 3, -row)
    case .transposed: (0, row, 3)
    case .rotated90Clockwise: (lastColumn, row, -3)
    case .transversed: (lastRow + lastColumn, -row, -3)
    case .rotated90CounterClockwise: (lastRow, -row, 3)
    }
  }
}
