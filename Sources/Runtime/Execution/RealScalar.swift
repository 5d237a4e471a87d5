import CKernels

/// `Float` or `Double` with the C library's functions.
package protocol RealScalar: ComputeScalar, BinaryFloatingPoint {
  static func exponential(_ x: Self) -> Self
  /// `exp(x) - 1` without cancellation near 0.
  static func exponentialMinusOne(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  /// `log(1 + x)` without cancellation near 0.
  static func logarithmOnePlus(_ x: Self) -> Self
  static func errorFunction(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self
  static func cosine(_ x: Self) -> Self
  static func tangent(_ x: Self) -> Self
  static func arcSine(_ x: Self) -> Self
  static func arcCosine(_ x: Self) -> Self
  static func arcTangent(_ x: Self) -> Self
  static func hyperbolicSine(_ x: Self) -> Self
  static func hyperbolicCosine(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func areaSine(_ x: Self) -> Self
  static func areaCosine(_ x: Self) -> Self
  static func areaTangent(_ x: Self) -> Self
  static func power(_ x: Self, _ y: Self) -> Self
  /// The remainder with the sign of x.
  static func remainder(_ x: Self, _ y: Self) -> Self
}

extension Float: RealScalar {
  @inline(__always) package static func exponential(_ x: Float) -> Float { em_expf(x) }
  @inline(__always) package static func exponentialMinusOne(_ x: Float) -> Float { em_expm1f(x) }
  @inline(__always) package static func logarithm(_ x: Float) -> Float { em_logf(x) }
  @inline(__always) package static func logarithmOnePlus(_ x: Float) -> Float { em_log1pf(x) }
  @inline(__always) package static func errorFunction(_ x: Float) -> Float { em_erff(x) }
  @inline(__always) package static func sine(_ x: Float) -> Float { em_sinf(x) }
  @inline(__always) package static func cosine(_ x: Float) -> Float { em_cosf(x) }
  @inline(__always) package static func tangent(_ x: Float) -> Float { em_tanf(x) }
  @inline(__always) package static func arcSine(_ x: Float) -> Float { em_asinf(x) }
  @inline(__always) package static func arcCosine(_ x: Float) -> Float { em_acosf(x) }
  @inline(__always) package static func arcTangent(_ x: Float) -> Float { em_atanf(x) }
  @inline(__always) package static func hyperbolicSine(_ x: Float) -> Float { em_sinhf(x) }
  @inline(__always) package static func hyperbolicCosine(_ x: Float) -> Float { em_coshf(x) }
  @inline(__always) package static func hyperbolicTangent(_ x: Float) -> Float { em_tanhf(x) }
  @inline(__always) package static func areaSine(_ x: Float) -> Float { em_asinhf(x) }
  @inline(__always) package static func areaCosine(_ x: Float) -> Float { em_acoshf(x) }
  @inline(__always) package static func areaTangent(_ x: Float) -> Float { em_atanhf(x) }
  @inline(__always) package static func power(_ x: Float, _ y: Float) -> Float { em_powf(x, y) }
  @inline(__always) package static func remainder(_ x: Float, _ y: Float) -> Float { em_fmodf(x, y) }
}

extension Double: RealScalar {
  @inline(__always) package static func exponential(_ x: Double) -> Double { em_exp(x) }
  @inline(__always) package static func exponentialMinusOne(_ x: Double) -> Double { em_expm1(x) }
  @inline(__always) package static func logarithm(_ x: Double) -> Double { em_log(x) }
  @inline(__always) package static func logarithmOnePlus(_ x: Double) -> Double { em_log1p(x) }
  @inline(__always) package static func errorFunction(_ x: Double) -> Double { em_erf(x) }
  @inline(__always) package static func sine(_ x: Double) -> Double { em_sin(x) }
  @inline(__always) package static func cosine(_ x: Double) -> Double { em_cos(x) }
  @inline(__always) package static func tangent(_ x: Double) -> Double { em_tan(x) }
  @inline(__always) package static func arcSine(_ x: Double) -> Double { em_asin(x) }
  @inline(__always) package static func arcCosine(_ x: Double) -> Double { em_acos(x) }
  @inline(__always) package static func arcTangent(_ x: Double) -> Double { em_atan(x) }
  @inline(__always) package static func hyperbolicSine(_ x: Double) -> Double { em_sinh(x) }
  @inline(__always) package static func hyperbolicCosine(_ x: Double) -> Double { em_cosh(x) }
  @inline(__always) package static func hyperbolicTangent(_ x: Double) -> Double { em_tanh(x) }
  @inline(__always) package static func areaSine(_ x: Double) -> Double { em_asinh(x) }
  @inline(__always) package static func areaCosine(_ x: Double) -> Double { em_acosh(x) }
  @inline(__always) package static func areaTangent(_ x: Double) -> Double { em_atanh(x) }
  @inline(__always) package static func power(_ x: Double, _ y: Double) -> Double { em_pow(x, y) }
  @inline(__always) package static func remainder(_ x: Double, _ y: Double) -> Double { em_fmod(x, y) }
}
