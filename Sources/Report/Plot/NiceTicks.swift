/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.
package struct NiceTicks: Sendable, Equatable {
  /// Ascending, all within the axis.
  package let values: [Double]
  /// Decimals that tell the values apart.
  package let decimals: Int

  /// - Parameters:
  ///   - count: About how many; the result has at most twice as many.
  ///   - isWhole: Only whole numbers.
  package init(from lower: Double, to upper: Double, count: Int = 5, isWhole: Bool = false) {
    let span = upper - lower
    guard span > 0, span.isFinite else {
      self.init(values: lower.isFinite ? [lower] : [], decimals: 0)
      return
    }
    let raw = span / Double(max(count, 1))
    var exponent = 0
    while exponent < 300 && Self.multiple(10, exponent) <= raw { exponent += 1 }
    while exponent > -300 && Self.multiple(1, exponent) > raw { exponent -= 1 }
    // The step nearest in ratio: the geometric middles between neighbours are the borders.
    let ratio = raw / Self.multiple(1, exponent)
    var mantissa = ratio < 1.414 ? 1.0 : ratio < 3.162 ? 2 : ratio < 7.071 ? 5 : 10
    if isWhole && exponent < 0 { (mantissa, exponent) = (1, 0) }

    let step = Self.multiple(mantissa, exponent)
    // A tick that rounding puts a billionth of a step outside belongs to the axis.
    let (first, last) = ((lower / step - 1e-9).rounded(.up), (upper / step + 1e-9).rounded(.down))
    guard first.magnitude < 1e15, last.magnitude < 1e15 else {
      self.init(values: [lower, upper], decimals: 0)
      return
    }
    let steps = stride(from: first, through: last, by: 1)
    self.init(
      values: steps.map { Self.multiple($0 * mantissa, exponent) },
      decimals: max(0, mantissa == 10 ? -exponent - 1 : -exponent))
  }

  private init(values: [Double], decimals: Int) { (self.values, self.decimals) = (values, decimals) }

  /// A value as its label has it.
  package func label(_ value: Double) -> String { FigureText.fixed(value, decimals: decimals) }

  /// `number` times a power of ten. Dividing keeps 3 x 0.1 at 0.3, which multiplying by 0.1 would not.
  private static func multiple(_ number: Double, _ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent.magnitude { power *= 10 }
    return exponent < 0 ? number / power : number * power
  }
}
