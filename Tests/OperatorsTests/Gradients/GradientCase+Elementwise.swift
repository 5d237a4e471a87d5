import Graph
import Runtime

extension GradientCase {
  /// Arithmetic, conversions and mathematical functions.
  static let elementwise: [GradientCase] =
    sums + quotients + extremes + powers + selections + conversions + functions

  /// An operator on pairs of shapes that are broadcast to each other, its operands between some bounds.
  private static func broadcast(
    _ op: String, _ attributes: [String: Attribute] = [:], a: (Double, Double) = (-1, 1), b: (Double, Double) = (-1, 1)
  ) -> [GradientCase] {
    let pairs: [([Int], [Int])] = [
      ([2, 3], [2, 3]), ([2, 3, 4], [3, 1]), ([1, 3], [2, 1, 3]), ([], [2, 2]), ([2, 2], []), ([2, 0], [2, 1]),
    ]
    return pairs.map { first, second -> GradientCase in
      let operands = [Points.between(a.0, a.1, first, seed: 3), Points.between(b.0, b.1, second, seed: 4)]
      return GradientCase(op, operands, attributes, "\(first) and \(second) \(attributes)")
    }
  }

  private static let sums: [GradientCase] = {
    var cases = ["Add", "Sub", "Mul", "Sum", "Mean"].flatMap { broadcast($0) }
    for op in ["Sum", "Mean"] {
      let operands = [Points.any([2, 3]), Points.any([3], seed: 2), Points.any([2, 1], seed: 3)]
      cases.append(GradientCase(op, operands, [:], "three"))
      cases.append(GradientCase(op, [Points.any([2, 3])], [:], "one"))
    }
    cases.append(GradientCase("Sub", [Points.any([2, 3]), Points.any([3])], [:], "first only", wanted: [0]))
    cases.append(
      GradientCase(
        "Mul", [Points.any([3]), Points.any([2, 3])], [:], "second is computed", wanted: [0], computed: [1]))
    return cases
  }()

  private static let quotients: [GradientCase] = {
    var cases = broadcast("Div", b: (0.5, 2)) + broadcast("Div", b: (-2, -0.5))
    cases.append(
      GradientCase("Div", [Points.any([2, 3]), Points.between(1, 2, [3])], [:], "second only", wanted: [1]))
    // Quotients stay between two whole numbers.
    cases += broadcast("Mod", ["fmod": .int(1)], a: (4.1, 4.9), b: (-2, -1.7))
    cases += broadcast("Mod", ["fmod": .int(1)], a: (-4.9, -4.1), b: (-2, -1.7))
    return cases + broadcast("Mod", a: (4.1, 4.9), b: (-2, -1.7)) + broadcast("Mod", a: (-4.9, -4.1), b: (1.7, 2))
  }()

  private static let extremes: [GradientCase] = ["Max", "Min"].flatMap { op -> [GradientCase] in
    let distinct = Points.distinct([3, 2, 4]).doubles
    let parts = [0, 8, 16].map { Tensor(type: .float64, shape: [2, 4], doubles: Array(distinct[$0..<($0 + 8)])) }
    let bound = Tensor(type: .float64, shape: [], doubles: [0])
    let x = Points.between(-1, 1, [2, 3], kinks: [0])
    return [
      GradientCase(op, Array(parts[..<2]), [:], "two"), GradientCase(op, parts, [:], "three"),
      GradientCase(op, [x, bound], [:], "a bound", wanted: [0]), GradientCase(op, [x, bound], [:], "a bound's own"),
      GradientCase(op, [x], [:], "one"),
    ]
  }

  private static let powers: [GradientCase] = {
    let x = Points.between(-2, 2, [2, 3], kinks: [0])
    let whole = Tensor([Int64(0), 1, 3], shape: [3])
    var cases = broadcast("Pow", a: (0.3, 2), b: (-2, 2))
    for exponent in [0.0, 1, 2, 3, -1, -2] {
      cases.append(GradientCase("Pow", [x, Tensor(scalar: exponent)], [:], "constant \(exponent)", wanted: [0]))
    }
    cases.append(GradientCase("Pow", [x, whole], [:], "integer exponents"))
    cases.append(GradientCase("Pow", [x, whole], [:], "computed integer exponents", computed: [1]))
    let zeros = Tensor([0.0, 0, 0], shape: [3])
    cases.append(GradientCase("Pow", [zeros, Tensor([0.0, 2, 3], shape: [3])], [:], "at zero", wanted: [0]))
    cases.append(GradientCase("Pow", [Tensor(scalar: 0.7), Points.any([2, 3])], [:], "of a constant", wanted: [1]))
    return cases
  }()

  private static let selections: [GradientCase] = {
    var cases: [GradientCase] = []
    let shapes: [([Int], [Int], [Int])] = [
      ([2, 3], [2, 3], [2, 3]), ([3], [2, 1], []), ([2, 1, 1], [3], [2, 2, 3]), ([], [2], [1]),
    ]
    var random = TestRandom(seed: 6)
    for (condition, x, y) in shapes {
      let operands = [random.tensor(.bool, condition), Points.any(x), Points.any(y, seed: 2)]
      cases.append(GradientCase("Where", operands, [:], "\(condition), \(x), \(y)"))
      cases.append(GradientCase("Where", operands, [:], "\(condition), \(x), \(y), computed", computed: [0]))
    }
    let slopes: [([Int], [Int])] = [([2, 3], [2, 3]), ([2, 3, 4], [3, 1]), ([2, 3], [])]
    for (x, slope) in slopes {
      let operands = [Points.between(-1, 1, x, kinks: [0]), Points.any(slope, seed: 2)]
      cases.append(GradientCase("PRelu", operands, [:], "\(x) and \(slope)"))
    }
    return cases
  }()

  private static let conversions: [GradientCase] = [
    GradientCase("Identity", [Points.any([2, 3])]),
    GradientCase("CastLike", [Points.any([2, 3]), Tensor(scalar: 1.0)], wanted: [0]),
    GradientCase("Dropout", [Points.any([2, 3])]),
    GradientCase("Dropout", [Points.any([2, 3]), nil, Tensor(scalar: false)], [:], "with a mask", results: 2),
  ]

  /// An operator of one operand between some bounds.
  private static func function(
    _ op: String, _ low: Double, _ high: Double, kinks: [Double] = [], _ attributes: [String: Attribute] = [:]
  ) -> GradientCase {
    GradientCase(op, [Points.between(low, high, [3, 5], kinks: kinks, seed: 5)], attributes, "\(attributes)")
  }

  private static let functions: [GradientCase] = [
    function("Abs", -2, 2, kinks: [0]), function("Neg", -2, 2), function("Reciprocal", 0.4, 3),
    function("Reciprocal", -3, -0.4), function("Sqrt", 0.2, 4), function("Exp", -3, 2), function("Log", 0.2, 5),
    function("Erf", -3, 3), function("Sin", -4, 4), function("Cos", -4, 4), function("Tan", -1.2, 1.2),
    function("Asin", -0.9, 0.9), function("Acos", -0.9, 0.9), function("Atan", -4, 4), function("Sinh", -3, 3),
    function("Cosh", -3, 3), function("Tanh", -4, 4), function("Asinh", -4, 4), function("Acosh", 1.2, 5),
    function("Atanh", -0.9, 0.9), function("Floor", 0.1, 0.9), function("Ceil", 0.1, 0.9),
    function("Round", -0.4, 0.4), function("Sign", 0.1, 2),
  ]

  static let activations: [GradientCase] = [
    function("LeakyRelu", -2, 2, kinks: [0]), function("LeakyRelu", -2, 2, kinks: [0], ["alpha": .float(0.2)]),
    function("Sigmoid", -6, 6), function("HardSigmoid", -5, 5, kinks: [-2.5, 2.5]),
    function("HardSigmoid", -5, 5, kinks: [-3, 3], ["alpha": .float(1 / 6)]),
    function("HardSwish", -5, 5, kinks: [-3, 3]), function("Elu", -3, 2, kinks: [0]),
    function("Elu", -3, 2, kinks: [0], ["alpha": .float(0.5)]), function("Selu", -3, 2, kinks: [0]),
    function("Selu", -3, 2, kinks: [0], ["alpha": .float(1.5), "gamma": .float(2)]),
    function("Celu", -3, 2, kinks: [0]), function("Celu", -3, 2, kinks: [0], ["alpha": .float(0.7)]),
    function("Softplus", -5, 5), function("Softsign", -4, 4, kinks: [0]), function("Gelu", -4, 4),
    function("Gelu", -4, 4, ["approximate": .string("tanh")]), function("Mish", -5, 5),
    function("ThresholdedRelu", -2, 2, kinks: [1]),
    function("ThresholdedRelu", -2, 2, kinks: [0.5], ["alpha": .float(0.5)]), function("Swish", -5, 5),
    function("Swish", -3, 3, ["alpha": .float(1.7)]), function("Shrink", -2, 2, kinks: [-0.5, 0.5]),
    function("Shrink", -2, 2, kinks: [-1, 1], ["lambd": .float(1), "bias": .float(0.3)]), function("Hardmax", -2, 2),
  ]
}
