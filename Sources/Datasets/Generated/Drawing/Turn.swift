/// Sine and cosine from additions and multiplications alone. The C library's differ in their last bit between
/// processors, and a generated picture must be the same everywhere.
package enum Turn {
  /// The sine of an angle in whole turns.
  package static func sine(_ turns: Double) -> Double {
    let (sine, cosine, quadrant) = reduced(turns)
    switch quadrant {
    case 0: return sine
    case 1: return cosine
    case -1: return -cosine
    default: return -sine
    }
  }

  /// The cosine of an angle in whole turns.
  package static func cosine(_ turns: Double) -> Double {
    sine(turns + 0.25)
  }

  /// The unit vector at an angle in whole turns, from the x axis towards the y axis.
  package static func direction(_ turns: Double) -> SIMD2<Double> {
    SIMD2(cosine(turns), sine(turns))
  }

  /// Sine and cosine of the remainder within an eighth of a turn, by their power series, and the quarter (-2...2).
  private static func reduced(_ turns: Double) -> (sine: Double, cosine: Double, quadrant: Int) {
    guard turns.isFinite else { return (0, 1, 0) }
    let remainder = turns - turns.rounded()
    let quadrant = (remainder * 4).rounded()
    let x = (remainder - quadrant / 4) * (2 * Double.pi)
    let square = x * x
    var sine = 0.0
    var cosine = 0.0
    for power in stride(from: 15.0, through: 3, by: -2) {
      sine = (1 + sine) * -square / (power * (power - 1))
      cosine = (1 + cosine) * -square / ((power - 1) * (power - 2))
    }
    return (x * (1 + sine), 1 + cosine, Int(quadrant))
  }
}
