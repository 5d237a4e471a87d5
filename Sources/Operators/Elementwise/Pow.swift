import Foundation
import Graph
import Runtime

/// `x` to the power of `y`, which may be of another type; the result has the type of `x`.
///
/// Integers to the power of integers are exact and wrap around; a negative exponent gives what rounding toward zero
/// leaves of the fraction.
package struct Pow: Operator {
  package static let name = "Pow"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint + [.int32, .int64])
    _ = try operands.required(1, "Y", types: .numeric)
    return [ValueInfo(type: x.type, shape: try operands.broadcastShape())]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, y) = (try operands.required(0), try operands.required(1))
    guard let shape = Shape.broadcast(x.shape, y.shape) else { throw .invalid("its shapes do not broadcast") }
    let (base, exponent) = (x.broadcast(to: shape), y.broadcast(to: shape))
    if x.type.isInteger && y.type.isInteger {
      let powers = zip(base.integers, exponent.integers).map { Self.power($0, $1) }
      return [Tensor(type: x.type, shape: shape, integers: powers)]
    }
    return [Tensor(type: x.type, shape: shape, doubles: zip(base.doubles, exponent.doubles).map { pow($0, $1) })]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let constant = try plan.constant(node, 1)
    if let constant, x.type.isFloatingPoint, constant.shape.count <= x.rank, constant.doubles == [2] {
      let y = try plan.firstResult(node, order: plan.order(ofResultOf: [x]))
      return plan.emit(.multiply, x, x, to: y)
    }
    let exponent = try plan.operand(node, 1)
    let y = try plan.firstResult(node, order: plan.order(ofResultOf: [x, exponent]))
    let type = Self.computingType(x.type, exponent.type, constant)
    let target = type == x.type ? y : try plan.temporary(type: type, shape: y.shape, order: .like(y))
    var narrow = exponent
    if let constant, exponent.type != type {
      narrow = plan.constant(Tensor(type: type, shape: constant.shape, doubles: constant.doubles))
    } else {
      narrow = try plan.cast(exponent, to: type)
    }
    plan.emit(.power, try plan.cast(x, to: type), narrow, to: target)
    if type != x.type {
      plan.emit(CastInstruction(input: plan.id(target), output: plan.id(y)), reads: [target], writes: [y])
    }
  }

  /// The one type that both operands are brought to.
  private static func computingType(_ x: ElementType, _ y: ElementType, _ exponent: Tensor?) -> ElementType {
    if x == y { return x }
    if x.isInteger && y.isInteger { return .int64 }
    if x == .float64 || x == .float32 && y != .float64 { return x }
    if x.isFloatingPoint, let exponent,
      Tensor(type: x, shape: exponent.shape, doubles: exponent.doubles).doubles == exponent.doubles
    {
      return x
    }
    return .float64
  }

  /// Power of integers by repeated squaring, wrapping around.
  private static func power(_ base: Int, _ exponent: Int) -> Int {
    if exponent < 0 { return base == 1 ? 1 : base == -1 ? (exponent & 1 == 0 ? 1 : -1) : 0 }
    var (result, square, rest) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result &*= square }
      square &*= square
      rest >>= 1
    }
    return result
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (x, given, power) = (try node.requiredOperand(0), try node.requiredOperand(1), try node.result(0))
    let exponent = try node.converted(given, to: node.info(x).type)
    if node.isWanted(0) {
      let slope = try slope(x, exponent, known: node.info(given).constant, &node)
      node.set(0, try node.reduced(node.product(dy, slope), toShapeOf: x))
    }
    if node.isWanted(1) {
      // y' = x^y log(x), which has no meaning where x is negative and counts as 0 there and at 0.
      let base = try node.select(node.compare(x, "Greater", 0), x, else: 1)
      let slope = try node.product(power, node.emit("Log", [base]))
      let sum = try node.reduced(node.product(dy, slope), toShapeOf: given)
      node.set(1, try node.converted(sum, to: node.info(given).type))
    }
  }

  /// `exponent * x^(exponent - 1)`, 0 for an exponent of 0 even where x is 0.
  private func slope(
    _ x: ValueID, _ exponent: ValueID, known: Tensor?, _ node: inout NodeGradient
  ) throws(OperatorError) -> ValueID {
    if let known, known.elementCount == 1, let number = known.doubles.first {
      if number == 0 || number == 1 { return try node.scalar(number, like: x) }
      let rest = number == 2 ? x : try node.emit("Pow", [x, node.scalar(number - 1, like: x)])
      return try node.scaled(rest, by: number)
    }
    let isZero = try node.compare(exponent, "Equal", 0)
    let lowered = try node.emit("Where", [isZero, exponent, node.shifted(exponent, by: -1)])
    return try node.product(exponent, node.emit("Pow", [x, lowered]))
  }
}
