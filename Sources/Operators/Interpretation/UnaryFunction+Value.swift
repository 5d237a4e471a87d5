import Foundation
import Runtime

extension UnaryFunction {
  /// The function's value in double precision: what operators, fused activations and tests of kernels are held to.
  ///
  /// - Parameters:
  ///   - alpha: The function's first parameter, where it has one.
  ///   - beta: The function's second parameter, where it has one.
  /// - Returns: The value; 1 or 0 for predicates.
  package func value(_ x: Double, alpha: Float = 0, beta: Float = 0) -> Double {
    let (alpha, beta) = (Double(alpha), Double(beta))
    return switch self {
    case .absolute: abs(x)
    case .negate: -x
    case .reciprocal: 1 / x
    case .squareRoot: x.squareRoot()
    case .exponential: exp(x)
    case .logarithm: log(x)
    case .floor: x.rounded(.down)
    case .ceiling: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .logicalNot: x == 0 ? 1 : 0
    case .errorFunction: erf(x)
    case .relu: x < 0 ? 0 : x
    case .leakyRelu: x < 0 ? alpha * x : x
    case .clip: clamped(x, alpha, beta)
    case .sigmoid: 1 / (1 + exp(-x))
    case .hardSigmoid: clamped(alpha * x + beta, 0, 1)
    case .hardSwish: x * clamped(x / 6 + 0.5, 0, 1)
    case .elu: x < 0 ? alpha * expm1(x) : x
    case .selu: beta * (x > 0 ? x : alpha * expm1(x))
    case .celu: x > 0 ? x : alpha * expm1(x / alpha)
    case .hyperbolicTangent: tanh(x)
    case .softplus: logOnePlusExp(x)
    case .softsign: x / (1 + abs(x))
    case .gelu: x * 0.5 * (1 + erf(x * 0.5.squareRoot()))
    case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .mish: x * tanh(logOnePlusExp(x))
    case .thresholdedRelu: x > alpha ? x : 0
    case .swish: x / (1 + exp(-alpha * x))
    case .sine: sin(x)
    case .cosine: cos(x)
    case .tangent: tan(x)
    case .arcSine: asin(x)
    case .arcCosine: acos(x)
    case .arcTangent: atan(x)
    case .hyperbolicSine: sinh(x)
    case .hyperbolicCosine: cosh(x)
    case .areaSine: asinh(x)
    case .areaCosine: acosh(x)
    case .areaTangent: atanh(x)
    case .shrink: x < -beta ? x + alpha : x > beta ? x - alpha : 0
    case .isNaN: x.isNaN ? 1 : 0
    case .isInfinite: x.isInfinite && (x < 0 ? alpha : beta) != 0 ? 1 : 0
    case .bitwiseNot: -x - 1
    }
  }
}

/// Raised to `lower`, then lowered to `upper`, so that the upper bound wins where they cross; NaN stays.
private func clamped(_ x: Double, _ lower: Double, _ upper: Double) -> Double {
  let raised = x < lower ? lower : x
  return raised > upper ? upper : raised
}

/// `log(1 + exp(x))` without overflow.
private func logOnePlusExp(_ x: Double) -> Double { (x < 0 ? 0 : x) + log1p(exp(-abs(x))) }
