import Graph
import Runtime

/// An element-wise operator of two operands of one type, broadcast to each other by NumPy's rules.
///
/// A conforming type states its function once for real numbers and once, exactly, for integers. The result has the
/// operands' type; that of a predicate (`BinaryFunction.isPredicate`) is bool.
package protocol BinaryOperator: Operator {
  /// The types that the operands may have.
  static var operandTypes: [ElementType] { get }
  /// The instruction's function.
  var function: BinaryFunction { get }
  /// What a pass has fused behind the function; floating-point results only.
  var activation: FusedActivation { get }
  /// The function on real numbers; a predicate gives 1 or 0.
  func apply(_ a: Double, _ b: Double) -> Double
  /// The function on integers (bool is 0 or 1); wraps around where the result does not fit, and never traps.
  func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I
}

extension BinaryOperator {
  package var activation: FusedActivation { .identity }

  /// For operators of integers only.
  package func apply(_ a: Double, _ b: Double) -> Double {
    Double(apply(integer: Int(clamping: a), Int(clamping: b)))
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let a = try operands.required(0, "A", types: Self.operandTypes)
    let b = try operands.required(1, "B")
    guard a.type == b.type else {
      throw .invalid("its operands are of different types: \(a.type.name) and \(b.type.name)")
    }
    let shape = try operands.broadcastShape()
    return [ValueInfo(type: function.isPredicate ? .bool : a.type, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (a, b) = (try operands.required(0), try operands.required(1))
    let type = function.isPredicate ? ElementType.bool : a.type
    return [try combined(a, b, type: type)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (a, b) = (try plan.operand(node, 0), try plan.operand(node, 1))
    let y = try plan.firstResult(node, order: plan.order(ofResultOf: [a, b]))
    plan.emit(function, a, b, to: y, activation: activation)
  }

  /// Both tensors broadcast to each other and combined element by element.
  func combined(_ a: Tensor, _ b: Tensor, type: ElementType) throws(OperatorError) -> Tensor {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw .invalid("shapes \(Shape.text(a.shape)) and \(Shape.text(b.shape)) do not broadcast to each other")
    }
    let (x, y) = (a.broadcast(to: shape), b.broadcast(to: shape))
    if a.type.isFloatingPoint {
      let results = zip(x.doubles, y.doubles).map { activation.value(apply($0, $1)) }
      return Tensor(type: type, shape: shape, doubles: results)
    }
    let pairs = zip(x.integers, y.integers)
    let results =
      a.type == .uint64
      ? pairs.map { Int(bitPattern: apply(integer: UInt(bitPattern: $0), UInt(bitPattern: $1))) }
      : pairs.map { apply(integer: $0, $1) }
    return Tensor(type: type, shape: shape, integers: results)
  }
}

extension Array where Element == ValueInfo? {
  /// The shape that all operands broadcast to by NumPy's rules.
  func broadcastShape() throws(OperatorError) -> [Int] {
    var result: [Int] = []
    for operand in self {
      guard let operand else { throw .invalid("one of its operands is left out") }
      guard let wider = Shape.broadcast(result, operand.shape) else {
        let shapes = self.compactMap { $0 }.map { Shape.text($0.shape) }.joined(separator: " and ")
        throw .invalid("shapes \(shapes) do not broadcast to each other")
      }
      result = wider
    }
    return result
  }
}
