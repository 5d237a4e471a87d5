/// What happens to a picture's size before it is cropped.
package enum ResizeRule: Equatable, Sendable {
  /// Nothing.
  case none
  /// The shorter side gets this many pixels; the longer one keeps the proportion.
  case shortSide(Int)
  /// Both sides are set; the proportion may change.
  case exact(PixelSize)

  /// The size that a picture gets.
  package func target(for size: PixelSize, rounding: FrameRounding) -> PixelSize {
    switch self {
    case .none: return size
    case .exact(let target): return target
    case .shortSide(let short):
      return size.width <= size.height
        ? PixelSize(width: short, height: rounding.longSide(size.height, short: size.width, to: short))
        : PixelSize(width: rounding.longSide(size.width, short: size.height, to: short), height: short)
    }
  }
}
