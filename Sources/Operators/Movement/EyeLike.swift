import Graph
import Runtime

/// A matrix of the operand's shape with ones on its `k`-th diagonal and zeros elsewhere.
package struct EyeLike: Operator {
  package static let name = "EyeLike"

  private let type: ElementType?
  private let diagonal: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    type = try node.elementType("dtype")
    diagonal = try node.int("k", default: 0)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    guard x.rank == 2 else { throw .invalid("\(Shape.text(x.shape)) is no matrix") }
    return [ValueInfo(type: type ?? x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let numbers = (0..<x.shape[0]).flatMap { row in
      (0..<x.shape[1]).map { $0 - row == diagonal ? 1 : 0 }
    }
    return [Tensor(type: type ?? x.type, shape: x.shape, integers: numbers)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    if try plan.bindConstant(node) { return }
    let y = try plan.firstResult(node, order: .rowMajor)
    plan.fill(y, with: plan.constant(Tensor(type: y.type, shape: [], integers: [0])))
    let (rows, columns) = (y.shape[0], y.shape[1])
    guard diagonal > -rows, diagonal < columns else { return }
    let (row, column) = (max(0, -diagonal), max(0, diagonal))
    // The diagonal is a view with one axis.
    let ones = LoweredView(
      buffer: y.buffer, type: y.type, shape: [min(rows - row, columns - column)],
      strides: [y.strides[0] + y.strides[1]], offset: y.offset + row * y.strides[0] + column * y.strides[1])
    plan.fill(ones, with: plan.constant(Tensor(type: y.type, shape: [], integers: [1])))
  }
}
