import Graph
import Runtime

/// Arithmetic that gradient rules are made of. Each call emits one node; operands are broadcast to each other.
extension NodeGradient {
  mutating func sum(_ a: ValueID, _ b: ValueID) throws(OperatorError) -> ValueID { try emit("Add", [a, b]) }

  mutating func difference(_ a: ValueID, _ b: ValueID) throws(OperatorError) -> ValueID { try emit("Sub", [a, b]) }

  mutating func product(_ a: ValueID, _ b: ValueID) throws(OperatorError) -> ValueID { try emit("Mul", [a, b]) }

  mutating func quotient(_ a: ValueID, _ b: ValueID) throws(OperatorError) -> ValueID { try emit("Div", [a, b]) }

  /// `a * factor`; no node for a factor of 1.
  mutating func scaled(_ a: ValueID, by factor: Double) throws(OperatorError) -> ValueID {
    factor == 1 ? a : try emit("Mul", [a, scalar(factor, like: a)])
  }

  /// `a + offset`; no node for an offset of 0.
  mutating func shifted(_ a: ValueID, by offset: Double) throws(OperatorError) -> ValueID {
    offset == 0 ? a : try emit("Add", [a, scalar(offset, like: a)])
  }

  /// `number - a`
  mutating func complement(_ a: ValueID, to number: Double = 1) throws(OperatorError) -> ValueID {
    try emit("Sub", [scalar(number, like: a), a])
  }

  mutating func square(_ a: ValueID) throws(OperatorError) -> ValueID { try emit("Mul", [a, a]) }

  /// A bool tensor: `a` compared with a number by one of ONNX's predicates.
  mutating func compare(_ a: ValueID, _ predicate: String, _ number: Double) throws(OperatorError) -> ValueID {
    try emit(predicate, [a, scalar(number, like: a)])
  }

  /// `a` where a condition holds, a number elsewhere.
  mutating func select(
    _ condition: ValueID, _ a: ValueID, else number: Double
  ) throws(OperatorError) -> ValueID {
    try emit("Where", [condition, a, scalar(number, like: a)])
  }

  /// 1 where a condition holds and 0 elsewhere, of another value's type.
  mutating func indicator(_ condition: ValueID, like other: ValueID) throws(OperatorError) -> ValueID {
    try converted(condition, to: info(other).type)
  }

  /// The same numbers in another type.
  mutating func converted(_ a: ValueID, to type: ElementType) throws(OperatorError) -> ValueID {
    try info(a).type == type ? a : emit("Cast", [a], ["to": .int(Int(type.rawValue))])
  }

  /// A sum or mean along some axes, which stay with extent 1.
  mutating func reduce(
    _ function: String, _ a: ValueID, axes: [Int]
  ) throws(OperatorError) -> ValueID {
    try emit(function, [a, integers(axes)], ["keepdims": .int(1), "noop_with_empty_axes": .int(1)])
  }
}
