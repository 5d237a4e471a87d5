import CKernels
import Foundation
import Testing

@Suite struct UnaryTests {
  /// The function, its meaning in double precision, and parameters to try it with.
  struct Function: CustomTestStringConvertible, Sendable {
    let code: ek_unary
    let testDescription: String
    var alpha: Float = 0
    var beta: Float = 0
    /// Arguments outside are left out, as the result overflows or vanishes there.
    var domain: ClosedRange<Float> = -1e30...1e30
    let meaning: @Sendable (Double) -> Double
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  static let functions: [Function] = [
    Function(code: EK_UNARY_ABSOLUTE, testDescription: "abs") { abs($0) },
    Function(code: EK_UNARY_NEGATE, testDescription: "neg") { -$0 },
    Function(code: EK_UNARY_RECIPROCAL, testDescription: "reciprocal") { 1 / $0 },
    Function(code: EK_UNARY_SQUARE_ROOT, testDescription: "sqrt") { $0.squareRoot() },
    Function(code: EK_UNARY_EXPONENTIAL, testDescription: "exp", domain: -87...88.7) { exp($0) },
    Function(code: EK_UNARY_LOGARITHM, testDescription: "log") { log($0) },
    Function(code: EK_UNARY_FLOOR, testDescription: "floor") { $0.rounded(.down) },
    Function(code: EK_UNARY_CEILING, testDescription: "ceil") { $0.rounded(.up) },
    Function(code: EK_UNARY_ROUND, testDescription: "round") { $0.rounded(.toNearestOrEven) },
    Function(code: EK_UNARY_SIGN, testDescription: "sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    Function(code: EK_UNARY_ERROR_FUNCTION, testDescription: "erf") { erf($0) },
    Function(code: EK_UNARY_RELU, testDescription: "relu") { max($0, 0) },
    Function(code: EK_UNARY_LEAKY_RELU, testDescription: "leaky relu", alpha: 0.25) { $0 < 0 ? 0.25 * $0 : $0 },
    Function(code: EK_UNARY_CLIP, testDescription: "clip", alpha: -0.5, beta: 6) { min(max($0, -0.5), 6) },
    Function(code: EK_UNARY_SIGMOID, testDescription: "sigmoid", domain: -87...1e30) { sigmoid($0) },
    Function(code: EK_UNARY_HARD_SIGMOID, testDescription: "hard sigmoid", alpha: 0.25, beta: 0.5) {
      max(0, min(1, 0.25 * $0 + 0.5))
    },
    Function(code: EK_UNARY_HARD_SWISH, testDescription: "hard swish") { $0 * max(0, min(1, $0 / 6 + 0.5)) },
    Function(code: EK_UNARY_ELU, testDescription: "elu", alpha: 1.5) { $0 < 0 ? 1.5 * expm1($0) : $0 },
    Function(code: EK_UNARY_SELU, testDescription: "selu", alpha: 1.75, beta: 1.0625) {
      1.0625 * ($0 < 0 ? 1.75 * expm1($0) : $0)
    },
    Function(code: EK_UNARY_CELU, testDescription: "celu", alpha: 2) { max(0, $0) + min(0, 2 * expm1($0 / 2)) },
    Function(code: EK_UNARY_CELU, testDescription: "celu of a negative alpha", alpha: -2, domain: -80...1e30) {
      max(0, $0) + min(0, -2 * expm1($0 / -2))
    },
    Function(code: EK_UNARY_HYPERBOLIC_TANGENT, testDescription: "tanh") { tanh($0) },
    Function(code: EK_UNARY_SOFTPLUS, testDescription: "softplus", domain: -87...1e30) { softplus($0) },
    Function(code: EK_UNARY_SOFTSIGN, testDescription: "softsign") { $0 / (1 + abs($0)) },
    Function(code: EK_UNARY_GELU, testDescription: "gelu") { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) },
    Function(code: EK_UNARY_GELU_TANH, testDescription: "gelu tanh", domain: -1e9...1e9) {
      $0 * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    },
    Function(code: EK_UNARY_MISH, testDescription: "mish", domain: -87...1e30) { $0 * tanh(softplus($0)) },
    Function(code: EK_UNARY_THRESHOLDED_RELU, testDescription: "thresholded relu", alpha: 1.5) {
      $0 > 1.5 ? $0 : 0
    },
    Function(code: EK_UNARY_SWISH, testDescription: "swish", alpha: 1.5, domain: -50...1e30) {
      $0 * sigmoid(1.5 * $0)
    },
    Function(code: EK_UNARY_SINE, testDescription: "sin") { sin($0) },
    Function(code: EK_UNARY_COSINE, testDescription: "cos") { cos($0) },
    Function(code: EK_UNARY_TANGENT, testDescription: "tan", domain: -1.5...1.5) { tan($0) },
    Function(code: EK_UNARY_ARC_SINE, testDescription: "asin", domain: -1...1) { asin($0) },
    Function(code: EK_UNARY_ARC_COSINE, testDescription: "acos", domain: -1...1) { acos($0) },
    Function(code: EK_UNARY_ARC_TANGENT, testDescription: "atan") { atan($0) },
    Function(code: EK_UNARY_HYPERBOLIC_SINE, testDescription: "sinh", domain: -80...80) { sinh($0) },
    Function(code: EK_UNARY_HYPERBOLIC_COSINE, testDescription: "cosh", domain: -80...80) { cosh($0) },
    Function(code: EK_UNARY_AREA_SINE, testDescription: "asinh") { asinh($0) },
    Function(code: EK_UNARY_AREA_COSINE, testDescription: "acosh") { acosh($0) },
    Function(code: EK_UNARY_AREA_TANGENT, testDescription: "atanh", domain: -1...1) { atanh($0) },
    Function(code: EK_UNARY_SHRINK, testDescription: "shrink", alpha: 0.25, beta: 0.5) {
      $0 < -0.5 ? $0 + 0.25 : $0 > 0.5 ? $0 - 0.25 : 0
    },
  ]

  /// Numbers of every size and both signs, and the places where functions change their form.
  static let arguments: [Float] = {
    var values: [Float] = [
      0, -0.0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2.5, -2.5, 3, -3, 6, -6, 0.65, -0.65, 20, -20, 88, -88,
    ]
    for i in -2000...2000 { values.append(Float(i) * 0.013) }
    for exponent in -40...29 {
      let magnitude = Float(pow(10, Double(exponent)))
      values += [magnitude, -magnitude, 3.7 * magnitude, -3.7 * magnitude]
    }
    return values
  }()

  @Test(arguments: KernelSet.all, functions) func values(_ set: KernelSet, _ function: Function) {
    let arguments = Self.arguments.filter { function.domain.contains($0) }
    let input = GuardedFloats(arguments)
    let output = GuardedFloats(count: input.count)
    let code = Int32(function.code.rawValue)
    #expect(set.kernels.f32_unary(code, input.count, input.base, output.base, function.alpha, function.beta))
    var worst = (error: 0.0, at: Float(0), got: Float(0), expected: 0.0)
    for i in 0..<input.count {
      let expected = function.meaning(Double(input[i]))
      if !expected.isFinite || abs(expected) > Double(Float.greatestFiniteMagnitude) {
        #expect(same(output[i], Float(expected)), "\(input[i])")
        continue
      }
      // Below 1e-37 results are subnormal and have fewer digits.
      let scale = max(abs(expected), 0.1 * min(abs(Double(input[i])), 1), 1e-37)
      let error = abs(Double(output[i]) - expected) / scale
      if !(error <= worst.error) { worst = (error, input[i], output[i], expected) }
    }
    #expect(worst.error <= 1e-6, "\(worst)")
  }

  @Test(arguments: KernelSet.all, functions) func positionDoesNotMatter(_ set: KernelSet, _ function: Function) {
    let code = Int32(function.code.rawValue)
    let arguments = (0..<67).map { Float($0) * 0.083 - 2.7 }.map {
      min(max($0, function.domain.lowerBound), function.domain.upperBound)
    }
    let whole = arguments.map { x in
      var (x, y) = (x, Float(0))
      _ = set.kernels.f32_unary(code, 1, &x, &y, function.alpha, function.beta)
      return y
    }
    for count in 0...arguments.count {
      let values = GuardedFloats(Array(arguments[..<count]))
      // In place.
      #expect(set.kernels.f32_unary(code, count, values.base, values.base, function.alpha, function.beta))
      let wrong = (0..<count).count { !same(values[$0], whole[$0]) }
      #expect(wrong == 0, "count \(count)")
    }
  }

  @Test(arguments: KernelSet.all) func specialValues(_ set: KernelSet) {
    func value(_ code: ek_unary, _ x: Float, _ alpha: Float = 1, _ beta: Float = 1) -> Float {
      var (x, y) = (x, Float(0))
      #expect(set.kernels.f32_unary(Int32(code.rawValue), 1, &x, &y, alpha, beta))
      return y
    }
    for function in Self.functions { #expect(value(function.code, .nan).isNaN, "\(function.testDescription)") }
    #expect(value(EK_UNARY_EXPONENTIAL, .infinity) == .infinity)
    #expect(value(EK_UNARY_EXPONENTIAL, 89) == .infinity)
    #expect(value(EK_UNARY_EXPONENTIAL, -.infinity) == 0)
    #expect(abs(value(EK_UNARY_EXPONENTIAL, -100) / Float(3.783506e-44) - 1) < 0.02)
    #expect(value(EK_UNARY_SIGMOID, .infinity) == 1)
    #expect(value(EK_UNARY_SIGMOID, -.infinity) == 0)
    #expect(value(EK_UNARY_HYPERBOLIC_TANGENT, .infinity) == 1)
    #expect(value(EK_UNARY_HYPERBOLIC_TANGENT, -.infinity) == -1)
    #expect(value(EK_UNARY_ERROR_FUNCTION, .infinity) == 1)
    #expect(value(EK_UNARY_ERROR_FUNCTION, -.infinity) == -1)
    #expect(value(EK_UNARY_ELU, -.infinity) == -1)
    #expect(value(EK_UNARY_SOFTPLUS, .infinity) == .infinity)
    #expect(value(EK_UNARY_SOFTPLUS, -.infinity) == 0)
    #expect(value(EK_UNARY_RELU, -.infinity) == 0)
    #expect(value(EK_UNARY_RECIPROCAL, 0) == .infinity)
  }

  @Test(arguments: KernelSet.all) func refusesOtherNumbers(_ set: KernelSet) {
    var (x, y) = (Float(3), Float(7))
    for code: Int32 in [-1, 10, 41, 42, 43, 99, .max, .min] {
      #expect(!set.kernels.f32_unary(code, 1, &x, &y, 0, 0))
    }
    #expect(y == 7)
  }
}
