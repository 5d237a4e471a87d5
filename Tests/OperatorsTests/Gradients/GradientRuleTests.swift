import Graph
import Operators
import Runtime
import Testing

/// Every operator's gradient rule, on the cases of `GradientCase`.
@Suite struct GradientRuleTests {
  private static let ops = Set(GradientCase.all.map(\.op)).sorted()

  @Test(arguments: ops) func ruleEqualsDifferences(_ op: String) throws {
    for example in GradientCase.all where example.op == op {
      try example.check.expectRuleEqualsDifferences(example.testDescription)
    }
  }

  @Test(arguments: ops) func planEqualsReference(_ op: String) throws {
    for example in GradientCase.all where example.op == op {
      try example.check.expectPlanEqualsReference(example.testDescription)
    }
  }

  /// Far out, and where a function has a kink, derivatives are still numbers.
  @Test(arguments: Set(GradientCase.activations.map(\.op)).sorted() + ["Erf", "Tanh", "Atan", "Asinh", "Softmax"])
  func derivativesAreFinite(_ op: String) throws {
    let x = Tensor([-1e9, -1e4, -100, -30, -3, 0, 3, 30, 100, 1e4, 1e9], shape: [11])
    try GradientCheck(op, [x]).expectFinite(op)
    if op == "Gelu" { try GradientCheck(op, [x], ["approximate": .string("tanh")]).expectFinite(op) }
  }

  @Test func derivativesOfSoftmaxOfFarApartNumbersAreFinite() throws {
    let x = Tensor([-1e4, 0, 1e4, 1e4, 88, -88], shape: [2, 3])
    for op in ["Softmax", "LogSoftmax"] { try GradientCheck(op, [x]).expectFinite(op) }
    for op in ["ReduceLogSumExp", "ReduceL2", "ReduceProd"] { try GradientCheck(op, [x]).expectFinite(op) }
    try GradientCheck("ReduceL2", [Tensor([0.0, 0], shape: [2])]).expectFinite("nothing but zeros")
    let same = Tensor([0.5, 0.5, 0.5, 0.5], shape: [1, 1, 4])
    let one = Tensor([1.0], shape: [1])
    try GradientCheck("LayerNormalization", [same, one]).expectFinite("equal elements")
    try GradientCheck("InstanceNormalization", [same, one, one]).expectFinite("equal elements")
  }

  /// Nobody may forget the rule of a new operator, or its case.
  @Test func everyOperatorHasARuleOrNoDerivative() {
    let training = Set(trainingOperators.map { $0.name })
    for name in OperatorRegistry.standard.names where !training.contains(name) {
      let lists = [Set(Self.ops), Self.checkedElsewhere, Self.withoutDerivative].filter { $0.contains(name) }
      #expect(lists.count == 1, "\(name): give it a gradient rule and a GradientCase, or say that it has no derivative")
    }
  }

  /// In ConversionGradientTests: differences say nothing of them.
  private static let checkedElsewhere: Set<String> = ["Cast", "QuantizeLinear", "DequantizeLinear"]

  private static let withoutDerivative: Set<String> = [
    // Results are truth values, bits, positions or integers.
    "And", "Or", "Xor", "Not", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "IsInf", "IsNaN",
    "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "ArgMax", "ArgMin", "ConvInteger",
    "MatMulInteger", "QLinearConv", "QLinearMatMul", "DynamicQuantizeLinear",
    // Results do not depend on elements that may change while the shapes stay.
    "Constant", "ConstantOfShape", "EyeLike", "Range", "Shape", "Size",
  ]
}
