import CKernels

/// `Float` or `Double`, for the instructions that compute in the operands' own type.
package protocol RealScalar: BitwiseCopyable, BinaryFloatingPoint {
  static func exponential(_ x: Self) -> Self
}

extension Float: RealScalar {
  @inline(__always) package static func exponential(_ x: Float) -> Float { em_expf(x) }
}

extension Double: RealScalar {
  @inline(__always) package static func exponential(_ x: Double) -> Double { em_exp(x) }
}
