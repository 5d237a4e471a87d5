import Graph
import Runtime

/// Numbers from `start` in steps of `delta` up to, not including, `limit`.
package struct NumberRange: Operator {
  package static let name = "Range"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let start = try operands.required(0, "start", types: .floatingPoint + [.int16, .int32, .int64])
    for (position, role) in [(1, "limit"), (2, "delta")] {
      _ = try operands.required(position, role, types: [start.type])
    }
    let count = try count(
      try operands.constant(0, "start"), try operands.constant(1, "limit"), try operands.constant(2, "delta"))
    return [ValueInfo(type: start.type, shape: [count])]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (start, delta) = (try operands.required(0), try operands.required(2))
    let count = try count(start, try operands.required(1), delta)
    if start.type.isFloatingPoint {
      let (first, step) = (start.doubles[0], delta.doubles[0])
      let numbers = (0..<count).map { first + Double($0) * step }
      return [Tensor(type: start.type, shape: [count], doubles: numbers)]
    }
    let (first, step) = (start.integers[0], delta.integers[0])
    return [Tensor(type: start.type, shape: [count], integers: (0..<count).map { first &+ $0 &* step })]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard try plan.bindConstant(node) else { throw .unsupported("more numbers than are computed ahead") }
  }

  private func count(_ start: Tensor, _ limit: Tensor, _ delta: Tensor) throws(OperatorError) -> Int {
    guard let first = start.doubles.first, let last = limit.doubles.first, let step = delta.doubles.first,
      start.elementCount == 1, limit.elementCount == 1, delta.elementCount == 1
    else { throw .invalid("its operands must be scalars") }
    let count = ((last - first) / step).rounded(.up)
    guard step != 0, count.isFinite, count <= Double(Shape.maximumElementCount) else {
      throw .invalid("from \(first) to \(last) in steps of \(step) is no sequence of at most 2^31 numbers")
    }
    return Int(max(0, count))
  }
}
