import Graph
import Runtime

/// The upper (or lower) triangle of matrices, from the `k`-th diagonal on; zero elsewhere.
package struct Trilu: Operator {
  package static let name = "Trilu"

  private let upper: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) { upper = try node.flag("upper", default: true) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    guard x.rank >= 2 else { throw .invalid("\(Shape.text(x.shape)) is no matrix") }
    _ = try diagonal(try operands.optionalConstant(1))
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let mask = try mask(x.shape, operands.optional(1)).broadcast(to: x.shape).bytes
    return [x.picking(mask.indices.map { mask[$0] != 0 ? $0 : -1 }, shape: x.shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    if node.input(1) != nil, try plan.constant(node, 1) == nil { throw .valueNeeded(operand: 1) }
    let mask = plan.constant(try mask(x.shape, try plan.constant(node, 1)))
    let zero = plan.constant(Tensor(type: x.type, shape: [], integers: [0]))
    let y = try plan.firstResult(node, order: .like(x))
    plan.select(mask, x, zero, to: y)
  }

  /// Which elements of a matrix stay.
  private func mask(_ shape: [Int], _ k: Tensor?) throws(OperatorError) -> Tensor {
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let diagonal = try diagonal(k)
    let stays = (0..<rows).flatMap { row in
      (0..<columns).map { upper ? $0 - row >= diagonal : $0 - row <= diagonal }
    }
    return Tensor(stays, shape: [rows, columns])
  }

  private func diagonal(_ k: Tensor?) throws(OperatorError) -> Int {
    guard let k else { return 0 }
    guard let value = k.integers.first, k.elementCount == 1 else { throw .invalid("k must be one number") }
    return value
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.emit("Trilu", [dy, node.operand(1)], ["upper": .int(upper ? 1 : 0)]))
  }
}
