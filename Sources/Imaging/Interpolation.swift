/// How a resized picture's pixels are made of the original's. All but `nearest` widen with the reduction, so that every
/// original pixel counts (antialiasing), as Pillow does and OpenCV and TensorFlow by default do not.
package enum Interpolation: String, CaseIterable, Equatable, Sendable {
  case nearest
  case bilinear
  case bicubic

  /// Half the filter's width in pixels of the smaller picture.
  var support: Double {
    switch self {
    case .nearest: 0
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The filter's height at a distance from its centre.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x <= 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      // Keys' cubic convolution with a = -0.5.
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}
