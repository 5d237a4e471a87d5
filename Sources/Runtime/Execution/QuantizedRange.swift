/// What a quantized type holds, and rounding into it.
package struct QuantizedRange: BitwiseCopyable {
  package let lower: Float
  package let upper: Float

  /// The range of an integer type of 8 or 16 bits; its bounds and sums with zero points are exact in `Float`.
  @inline(__always)
  package init<Q: FixedWidthInteger>(_: Q.Type) {
    lower = Float(Q.min)
    upper = Float(Q.max)
  }

  /// `saturate(round(x) + zeroPoint)`, halves to even; what is not a number becomes the lower bound.
  ///
  /// Adding and subtracting 1.5 * 2^23 rounds without the rounding instruction that baseline x86-64 lacks, and leaves
  /// an integer in the low bits, so that no conversion has to be checked: the loop around it becomes vector code.
  @inline(__always)
  package func quantize(_ x: Float, zeroPoint: Float) -> Int32 {
    let (limit, magic): (Float, Float) = (0x1p20, 0x1.8p23)
    let bounded = x > -limit ? (x < limit ? x : limit) : -limit
    let shifted = (bounded + magic) - magic + zeroPoint
    let saturated = shifted > lower ? (shifted < upper ? shifted : upper) : lower
    return Int32(bitPattern: (saturated + magic).bitPattern &- magic.bitPattern)
  }
}
