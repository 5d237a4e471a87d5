import CKernels
import Runtime
import Testing

/// Kernels take functions by number: both sides must mean the same.
@Suite struct KernelNumberingTests {
  @Test func unaryFunctions() {
    let numbers: [(UnaryFunction, ek_unary)] = [
      (.absolute, EK_UNARY_ABSOLUTE), (.negate, EK_UNARY_NEGATE), (.reciprocal, EK_UNARY_RECIPROCAL),
      (.squareRoot, EK_UNARY_SQUARE_ROOT), (.exponential, EK_UNARY_EXPONENTIAL), (.logarithm, EK_UNARY_LOGARITHM),
      (.floor, EK_UNARY_FLOOR), (.ceiling, EK_UNARY_CEILING), (.round, EK_UNARY_ROUND), (.sign, EK_UNARY_SIGN),
      (.errorFunction, EK_UNARY_ERROR_FUNCTION), (.relu, EK_UNARY_RELU), (.leakyRelu, EK_UNARY_LEAKY_RELU),
      (.clip, EK_UNARY_CLIP), (.sigmoid, EK_UNARY_SIGMOID), (.hardSigmoid, EK_UNARY_HARD_SIGMOID),
      (.hardSwish, EK_UNARY_HARD_SWISH), (.elu, EK_UNARY_ELU), (.selu, EK_UNARY_SELU), (.celu, EK_UNARY_CELU),
      (.hyperbolicTangent, EK_UNARY_HYPERBOLIC_TANGENT), (.softplus, EK_UNARY_SOFTPLUS),
      (.softsign, EK_UNARY_SOFTSIGN), (.gelu, EK_UNARY_GELU), (.geluTanh, EK_UNARY_GELU_TANH),
      (.mish, EK_UNARY_MISH), (.thresholdedRelu, EK_UNARY_THRESHOLDED_RELU), (.swish, EK_UNARY_SWISH),
      (.sine, EK_UNARY_SINE), (.cosine, EK_UNARY_COSINE), (.tangent, EK_UNARY_TANGENT),
      (.arcSine, EK_UNARY_ARC_SINE), (.arcCosine, EK_UNARY_ARC_COSINE), (.arcTangent, EK_UNARY_ARC_TANGENT),
      (.hyperbolicSine, EK_UNARY_HYPERBOLIC_SINE), (.hyperbolicCosine, EK_UNARY_HYPERBOLIC_COSINE),
      (.areaSine, EK_UNARY_AREA_SINE), (.areaCosine, EK_UNARY_AREA_COSINE), (.areaTangent, EK_UNARY_AREA_TANGENT),
      (.shrink, EK_UNARY_SHRINK),
    ]
    for (function, code) in numbers { #expect(function.rawValue == Int32(code.rawValue)) }
    // The rest give truth values or work on integers; no kernel has them.
    let others = UnaryFunction.allCases.filter { function in !numbers.contains { $0.0 == function } }
    #expect(others == [.logicalNot, .isNaN, .isInfinite, .bitwiseNot])
    for function in UnaryFunction.allCases {
      #expect(FusedActivation(function).isNumeric == !others.contains(function))
    }
    #expect(FusedActivation.identity.isNumeric)
    var unknown = FusedActivation(.relu)
    for code: Int32 in [-2, 44, .max, .min] {
      unknown.function = code
      #expect(!unknown.isNumeric)
    }
  }

  @Test func binaryFunctions() {
    let numbers: [(BinaryFunction, ek_binary)] = [
      (.add, EK_BINARY_ADD), (.subtract, EK_BINARY_SUBTRACT), (.multiply, EK_BINARY_MULTIPLY),
      (.divide, EK_BINARY_DIVIDE), (.power, EK_BINARY_POWER), (.minimum, EK_BINARY_MINIMUM),
      (.maximum, EK_BINARY_MAXIMUM), (.parametricRelu, EK_BINARY_PARAMETRIC_RELU), (.modulo, EK_BINARY_MODULO),
      (.remainder, EK_BINARY_REMAINDER),
    ]
    for (function, code) in numbers { #expect(function.rawValue == Int32(code.rawValue)) }
  }

  @Test func taskRangesCoverEverythingOnce() {
    for total in 0...20 {
      for count in 1...9 {
        let ranges = (0..<count).map { taskRange($0, of: count, total) }
        #expect(ranges.flatMap(Array.init) == Array(0..<total))
        let sizes = ranges.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
    #expect(taskCount(units: 100, operations: 1000, threads: 4) == 1)
    #expect(taskCount(units: 3, operations: .max, threads: 4) == 3)
    #expect(taskCount(units: 0, operations: .max, threads: 4) == 1)
  }
}
