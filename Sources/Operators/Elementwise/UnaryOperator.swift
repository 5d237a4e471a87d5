import Graph
import Runtime

/// An element-wise operator of one operand; the result has the operand's shape and, unless stated, its type.
///
/// A conforming type says which instruction computes it; its mathematics is that instruction's function.
package protocol UnaryOperator: Operator {
  /// The types that the operand may have; all numbers unless stated.
  static var operandTypes: [ElementType] { get }
  /// The result's type, which is the operand's unless stated.
  static func resultType(_ operand: ElementType) -> ElementType
  /// The function on one element.
  func apply(_ x: Double) -> Double
  /// The function on one integer, wrapping around where the result does not fit.
  func apply<I: FixedWidthInteger>(integer x: I) -> I
  /// The instruction's function and its two parameters.
  var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { get }
  /// Emits the derivative of each element of the result `y` by its element of the operand `x`: a value of their type
  /// that broadcasts to their shape. Nil where it is zero everywhere. The default refuses.
  func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID?
}

extension UnaryOperator {
  package static var operandTypes: [ElementType] { .numeric }

  package static func resultType(_ operand: ElementType) -> ElementType { operand }

  package func apply(_ x: Double) -> Double {
    let (function, alpha, beta) = instruction
    return function.value(x, alpha: alpha, beta: beta)
  }

  /// By way of a double: exact up to 2^53.
  package func apply<I: FixedWidthInteger>(integer x: I) -> I {
    I(truncatingIfNeeded: Int(clamping: apply(Double(x))))
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: Self.operandTypes)
    return [ValueInfo(type: Self.resultType(x.type), shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let type = Self.resultType(x.type)
    if x.type.isFloatingPoint {
      return [Tensor(type: type, shape: x.shape, doubles: x.doubles.map { apply($0) })]
    }
    let results = x.mapIntegers(signed: { apply(integer: $0) }, unsigned: { apply(integer: $0) })
    return [Tensor(type: type, shape: x.shape, integers: results)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    let (function, alpha, beta) = instruction
    plan.emit(
      UnaryInstruction(
        function: function.rawValue, input: plan.id(x), output: plan.id(y), alpha: alpha, beta: beta),
      reads: [x], writes: [y])
  }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    throw .unsupported("it has no derivative")
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    let (x, y) = (try node.requiredOperand(0), try node.result(0))
    if let derivative = try derivative(x, y, &node) { node.set(0, try node.product(dy, derivative)) }
  }
}
