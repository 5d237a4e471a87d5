/// What happens to a picture's size before it is cropped.
package enum ResizeRule: Equatable, Sendable {
  /// Nothing.
  case none
  /// The shorter side gets this many pixels; the longer one keeps the proportion, rounded down like torchvision.
  case shortSide(Int)
  /// Both sides are set; the proportion may change.
  case exact(PixelSize)

  /// The size that a picture gets.
  package func target(for size: PixelSize) -> PixelSize {
    switch self {
    case .none: return size
    case .exact(let target): return target
    case .shortSide(let short):
      // Sides are below 2^31 and `short` below 2^17: no product overflows.
      return size.width <= size.height
        ? PixelSize(width: short, height: short * size.height / size.width)
        : PixelSize(width: short * size.width / size.height, height: short)
    }
  }
}
