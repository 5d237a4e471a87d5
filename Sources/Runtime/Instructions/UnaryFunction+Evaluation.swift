import CKernels

extension UnaryFunction {
  /// Whether the result is bool whatever the operand's type.
  package var isPredicate: Bool { self == .isNaN || self == .isInfinite }

  /// Whether integers stay integers on the way; other functions of integers go through `Double`.
  package var isExactForIntegers: Bool {
    switch self {
    case .absolute, .negate, .sign, .relu, .clip, .bitwiseNot, .floor, .ceiling, .round: true
    default: false
    }
  }

  /// Whether the function is defined for a type.
  package func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .logicalNot: type == .bool
    case .bitwiseNot: type.isInteger
    case .isNaN, .isInfinite: type.isFloatingPoint
    default: type != .bool
    }
  }

  /// `output[i] = self(input[i])` for contiguous numbers; `output` may be `input`. Predicates give 0 or 1.
  ///
  /// Logic and bit operations, which floating-point numbers do not have, copy.
  package func evaluate(
    _ input: UnsafePointer<Double>, count: Int, into output: UnsafeMutablePointer<Double>, alpha: Float, beta: Float
  ) {
    @inline(__always) func map(_ function: (Double) -> Double) {
      for i in 0..<count { output[i] = function(input[i]) }
    }
    let (alpha, beta) = (Double(alpha), Double(beta))
    switch self {
    case .absolute: map { $0.magnitude }
    case .negate: map { -$0 }
    case .reciprocal: map { 1 / $0 }
    case .squareRoot: map { $0.squareRoot() }
    case .exponential: map { em_exp($0) }
    case .logarithm: map { em_log($0) }
    case .floor: map { $0.rounded(.down) }
    case .ceiling: map { $0.rounded(.up) }
    case .round: map { $0.rounded(.toNearestOrEven) }
    case .sign: map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .errorFunction: map { em_erf($0) }
    case .relu: map { $0 < 0 ? 0 : $0 }
    case .leakyRelu: map { $0 < 0 ? alpha * $0 : $0 }
    case .clip: map { Self.clamp($0, alpha, beta) }
    case .sigmoid: map { 1 / (1 + em_exp(-$0)) }
    case .hardSigmoid: map { Self.clamp(alpha * $0 + beta, 0, 1) }
    case .hardSwish: map { $0 * Self.clamp($0 / 6 + 0.5, 0, 1) }
    case .elu: map { $0 < 0 ? alpha * em_expm1($0) : $0 }
    case .selu: map { beta * ($0 < 0 ? alpha * em_expm1($0) : $0) }
    case .celu: map { $0 > 0 ? $0 : alpha * em_expm1($0 / alpha) }
    case .hyperbolicTangent: map { em_tanh($0) }
    case .softplus: map { Self.softplus($0) }
    case .softsign: map { $0 / (1 + $0.magnitude) }
    case .gelu:
      let factor = 0.5.squareRoot()
      map { 0.5 * $0 * (1 + em_erf($0 * factor)) }
    case .geluTanh:
      let factor = (2 / Double.pi).squareRoot()
      map { 0.5 * $0 * (1 + em_tanh(factor * ($0 + 0.044715 * $0 * $0 * $0))) }
    case .mish: map { $0 * em_tanh(Self.softplus($0)) }
    case .thresholdedRelu: map { $0 <= alpha ? 0 : $0 }
    case .swish: map { $0 / (1 + em_exp(-alpha * $0)) }
    case .sine: map { em_sin($0) }
    case .cosine: map { em_cos($0) }
    case .tangent: map { em_tan($0) }
    case .arcSine: map { em_asin($0) }
    case .arcCosine: map { em_acos($0) }
    case .arcTangent: map { em_atan($0) }
    case .hyperbolicSine: map { em_sinh($0) }
    case .hyperbolicCosine: map { em_cosh($0) }
    case .areaSine: map { em_asinh($0) }
    case .areaCosine: map { em_acosh($0) }
    case .areaTangent: map { em_atanh($0) }
    case .shrink: map { $0 < -beta ? $0 + alpha : $0 > beta ? $0 - alpha : $0.isNaN ? $0 : 0 }
    case .isNaN: map { $0.isNaN ? 1 : 0 }
    case .isInfinite:
      let (negative, positive) = (alpha != 0, beta != 0)
      map { $0.isInfinite && ($0 < 0 ? negative : positive) ? 1 : 0 }
    case .logicalNot, .bitwiseNot: map { $0 }
    }
  }

  /// `output[i] = self(input[i])` for contiguous integers and functions that are exact for them; others copy.
  /// `output` may be `input`. Bool is 0 or 1.
  package func evaluate<I: ComputeScalar & FixedWidthInteger>(
    _ input: UnsafePointer<I>, count: Int, into output: UnsafeMutablePointer<I>, alpha: Float, beta: Float
  ) {
    @inline(__always) func map(_ function: (I) -> I) {
      for i in 0..<count { output[i] = function(input[i]) }
    }
    switch self {
    case .absolute: map { $0 < 0 ? 0 &- $0 : $0 }
    case .negate: map { 0 &- $0 }
    case .sign: map { $0.signum() }
    case .relu: map { max($0, 0) }
    case .clip:
      let (lower, upper) = (I(saturating: Double(alpha)), I(saturating: Double(beta)))
      map { min(max($0, lower), upper) }
    case .logicalNot: map { $0 == 0 ? 1 : 0 }
    case .bitwiseNot: map { ~$0 }
    default: map { $0 }
    }
  }

  /// Raised to `lower`, then lowered to `upper`; what is not a number stays.
  @inline(__always)
  private static func clamp(_ x: Double, _ lower: Double, _ upper: Double) -> Double {
    let raised = x < lower ? lower : x
    return raised > upper ? upper : raised
  }

  /// `log(1 + exp(x))` that neither overflows nor cancels.
  @inline(__always)
  private static func softplus(_ x: Double) -> Double {
    (x < 0 ? 0 : x) + em_log1p(em_exp(-x.magnitude))
  }
}
