/// Element-wise functions of one argument, numbered for the file: never renumber, only add.
///
/// Parameters are named as in ONNX; `alpha` and `beta` are an instruction's two numbers.
package enum UnaryFunction: Int32, Sendable, CaseIterable {
  case absolute = 0
  case negate = 1
  case reciprocal = 2
  case squareRoot = 3
  case exponential = 4
  case logarithm = 5
  case floor = 6
  case ceiling = 7
  /// To nearest, halves to even.
  case round = 8
  case sign = 9
  case logicalNot = 10
  case errorFunction = 11
  case relu = 12
  /// `x < 0 ? alpha * x : x`
  case leakyRelu = 13
  /// Between `alpha` and `beta`.
  case clip = 14
  case sigmoid = 15
  /// `max(0, min(1, alpha * x + beta))`
  case hardSigmoid = 16
  /// `x * max(0, min(1, x / 6 + 0.5))`
  case hardSwish = 17
  /// `x < 0 ? alpha * (exp(x) - 1) : x`
  case elu = 18
  /// `beta * (x > 0 ? x : alpha * exp(x) - alpha)`; beta is ONNX's gamma.
  case selu = 19
  /// `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`
  case celu = 20
  case hyperbolicTangent = 21
  case softplus = 22
  case softsign = 23
  /// `x * 0.5 * (1 + erf(x / sqrt(2)))`
  case gelu = 24
  /// The tanh approximation of `gelu`.
  case geluTanh = 25
  /// `x * tanh(softplus(x))`
  case mish = 26
  /// `x > alpha ? x : 0`
  case thresholdedRelu = 27
  /// `x * sigmoid(alpha * x)`
  case swish = 28
  case sine = 29
  case cosine = 30
  case tangent = 31
  case arcSine = 32
  case arcCosine = 33
  case arcTangent = 34
  case hyperbolicSine = 35
  case hyperbolicCosine = 36
  case areaSine = 37
  case areaCosine = 38
  case areaTangent = 39
  /// `x < -beta ? x + alpha : x > beta ? x - alpha : 0`: ONNX Shrink with bias alpha and lambda beta.
  case shrink = 40
  /// bool: whether x is not a number.
  case isNaN = 41
  /// bool: whether x is infinite (alpha != 0: detects negative; beta != 0: detects positive).
  case isInfinite = 42
  case bitwiseNot = 43
}
