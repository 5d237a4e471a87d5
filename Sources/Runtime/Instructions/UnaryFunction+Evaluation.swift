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

  /// `output[i] = self(input[i])` for contiguous floating-point numbers; `output` may be `input`.
  ///
  /// Logic and bit operations, which floating-point numbers do not have, copy.
  package func evaluate<R: RealScalar>(
    _ input: UnsafePointer<R>, count: Int, into output: UnsafeMutablePointer<R>, alpha: Float, beta: Float
  ) {
    @inline(__always) func map(_ function: (R) -> R) {
      for i in 0..<count { output[i] = function(input[i]) }
    }
    let (alpha, beta) = (R(alpha), R(beta))
    let (zero, half, one) = (R(0), R(0.5), R(1))
    switch self {
    case .absolute: map { $0.magnitude }
    case .negate: map { -$0 }
    case .reciprocal: map { one / $0 }
    case .squareRoot: map { $0.squareRoot() }
    case .exponential: map { R.exponential($0) }
    case .logarithm: map { R.logarithm($0) }
    case .floor: map { $0.rounded(.down) }
    case .ceiling: map { $0.rounded(.up) }
    case .round: map { $0.rounded(.toNearestOrEven) }
    case .sign: map { $0 > zero ? one : $0 < zero ? -one : $0 }
    case .errorFunction: map { R.errorFunction($0) }
    case .relu: map { $0 < zero ? zero : $0 }
    case .leakyRelu: map { $0 < zero ? alpha * $0 : $0 }
    case .clip:
      map {
        let raised = $0 < alpha ? alpha : $0
        return raised > beta ? beta : raised
      }
    case .sigmoid: map { one / (one + R.exponential(-$0)) }
    case .hardSigmoid: map { Self.unit(alpha * $0 + beta) }
    case .hardSwish: map { $0 * Self.unit($0 / R(6) + half) }
    case .elu: map { $0 < zero ? alpha * R.exponentialMinusOne($0) : $0 }
    case .selu: map { beta * ($0 > zero ? $0 : alpha * R.exponentialMinusOne($0)) }
    case .celu: map { $0 > zero ? $0 : alpha * R.exponentialMinusOne($0 / alpha) }
    case .hyperbolicTangent: map { R.hyperbolicTangent($0) }
    case .softplus: map { Self.softplus($0) }
    case .softsign: map { $0 / (one + $0.magnitude) }
    case .gelu:
      let factor = R(0.5).squareRoot()
      map { half * $0 * (one + R.errorFunction($0 * factor)) }
    case .geluTanh:
      let factor = R(2 / Double.pi).squareRoot()
      let cubic = R(0.044715)
      map { half * $0 * (one + R.hyperbolicTangent(factor * ($0 + cubic * $0 * $0 * $0))) }
    case .mish: map { $0 * R.hyperbolicTangent(Self.softplus($0)) }
    case .thresholdedRelu: map { $0 > alpha ? $0 : zero }
    case .swish: map { $0 / (one + R.exponential(-alpha * $0)) }
    case .sine: map { R.sine($0) }
    case .cosine: map { R.cosine($0) }
    case .tangent: map { R.tangent($0) }
    case .arcSine: map { R.arcSine($0) }
    case .arcCosine: map { R.arcCosine($0) }
    case .arcTangent: map { R.arcTangent($0) }
    case .hyperbolicSine: map { R.hyperbolicSine($0) }
    case .hyperbolicCosine: map { R.hyperbolicCosine($0) }
    case .areaSine: map { R.areaSine($0) }
    case .areaCosine: map { R.areaCosine($0) }
    case .areaTangent: map { R.areaTangent($0) }
    case .shrink: map { $0 < -beta ? $0 + alpha : $0 > beta ? $0 - alpha : zero }
    case .isNaN: map { $0.isNaN ? one : zero }
    case .isInfinite:
      let (negative, positive) = (alpha != zero, beta != zero)
      map { $0.isInfinite && ($0 < zero ? negative : positive) ? one : zero }
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

  /// Between 0 and 1.
  @inline(__always)
  private static func unit<R: RealScalar>(_ x: R) -> R { x < 0 ? 0 : x > 1 ? 1 : x }

  /// `log(1 + exp(x))` that neither overflows nor cancels.
  @inline(__always)
  private static func softplus<R: RealScalar>(_ x: R) -> R {
    R.logarithmOnePlus(R.exponential(-x.magnitude)) + (x < 0 ? 0 : x)
  }
}
