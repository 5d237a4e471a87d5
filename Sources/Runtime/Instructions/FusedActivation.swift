/// An activation that runs in the epilogue of another instruction.
package struct FusedActivation: BitwiseCopyable, Sendable, Equatable {
  /// Raw value of a `UnaryFunction`, or -1 for none.
  package var function: Int32
  /// First parameter of the function; for `clip` the lower bound.
  package var alpha: Float
  /// Second parameter of the function; for `clip` the upper bound.
  package var beta: Float

  package init(_ function: UnaryFunction, alpha: Float = 0, beta: Float = 0) {
    self.function = function.rawValue
    self.alpha = alpha
    self.beta = beta
  }

  private init(function: Int32) {
    self.function = function
    alpha = 0
    beta = 0
  }

  /// No activation.
  package static let identity = FusedActivation(function: -1)

  /// Bounds that a micro-kernel clamps to: those of `relu` and `clip`, else infinite.
  package var bounds: (lower: Float, upper: Float) {
    switch UnaryFunction(rawValue: function) {
    case .relu: (0, .infinity)
    case .clip: (alpha, beta)
    default: (-.infinity, .infinity)
    }
  }

  /// Whether clamping to `bounds` is all there is to do.
  package var isClamp: Bool {
    function == -1 || function == UnaryFunction.relu.rawValue || function == UnaryFunction.clip.rawValue
  }

  /// Throws unless this is no activation, or a function of floating-point numbers on such a type.
  package func validate(_ plan: PlanValidator, _ type: ElementType) throws(PlanError) {
    if function == -1 { return }
    guard let unary = UnaryFunction(rawValue: function), !unary.isPredicate, type.isFloatingPoint,
      unary.accepts(type)
    else {
      throw .malformed(reason: "instruction \(plan.position): activation \(function) does not fit the output's type")
    }
  }
}
