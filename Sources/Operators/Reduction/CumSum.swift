import Graph
import Runtime

/// Running sums along an axis: of the elements up to each one, without that one where `exclusive`, from the end where
/// `reverse`.
package struct CumSum: Operator {
  package static let name = "CumSum"
  /// A plan adds row by row: longer axes would be more instructions than is reasonable.
  private static let maximumExtent = 1 << 14

  private let isExclusive: Bool
  private let isReversed: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    isExclusive = try node.flag("exclusive")
    isReversed = try node.flag("reverse")
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: .floatingPoint + [.int32, .int64, .uint32, .uint64])
    _ = try axis(try operands.constant(1, "axis"), x.rank)
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (starts, offsets) = Shape.reductionOffsets(x.shape, [try axis(try operands.required(1), x.shape.count)])
    func sums<T: AdditiveArithmetic>(_ values: [T], _ add: (T, T) -> T) -> [T] {
      var result = values
      for start in starts {
        var sum = T.zero
        for offset in isReversed ? offsets.reversed() : offsets {
          let next = add(sum, values[start + offset])
          result[start + offset] = isExclusive ? sum : next
          sum = next
        }
      }
      return result
    }
    if x.type.isFloatingPoint { return [Tensor(type: x.type, shape: x.shape, doubles: sums(x.doubles, +))] }
    return [Tensor(type: x.type, shape: x.shape, integers: sums(x.integers, &+))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard let axis = try plan.constant(node, 1).map({ (axis) throws(OperatorError) in try self.axis(axis, x.rank) })
    else { throw .valueNeeded(operand: 1) }
    let extent = x.shape[axis]
    guard extent <= Self.maximumExtent else {
      throw .unsupported("sums along \(extent) elements (at most \(Self.maximumExtent))")
    }
    let y = try plan.firstResult(node, order: .like(x))
    if y.elementCount == 0 { return }
    func row(_ view: LoweredView, _ i: Int) -> LoweredView {
      view.sliced(axis: axis, start: isReversed ? extent - 1 - i : i, count: 1)
    }
    if isExclusive {
      plan.fill(row(y, 0), with: plan.constant(Tensor(type: x.type, shape: [], integers: [0])))
    } else {
      plan.copy(row(x, 0), to: row(y, 0))
    }
    for i in 1..<max(extent, 1) { plan.emit(.add, row(y, i - 1), row(x, isExclusive ? i - 1 : i), to: row(y, i)) }
  }

  private func axis(_ operand: Tensor, _ rank: Int) throws(OperatorError) -> Int {
    guard operand.elementCount == 1 else { throw .invalid("axis must be one number") }
    return try Shape.resolved(axis: operand.integers[0], rank: rank)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // Each element is in the sums from its own place on: sums from the other end.
    let attributes: [String: Attribute] = [
      "exclusive": .int(isExclusive ? 1 : 0), "reverse": .int(isReversed ? 0 : 1),
    ]
    node.set(0, try node.emit("CumSum", [dy, node.requiredOperand(1)], attributes))
  }
}
