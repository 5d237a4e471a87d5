import Graph
import Runtime

/// The operand cut or padded with zeros around its centre to given extents along some axes.
package struct CenterCropPad: Operator {
  package static let name = "CenterCropPad"

  private let axes: [Int]?

  package init(_ node: NodeAttributes) throws(OperatorError) { axes = try node.ints("axes") }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input_data")
    return [ValueInfo(type: x.type, shape: try padding(x.shape, try operands.constant(1, "shape")).result)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [try padding(x.shape, try operands.required(1)).evaluate(x, fill: nil)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard let target = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    try padding(x.shape, target).lower(node, x, fill: nil, into: &plan)
  }

  private func padding(_ shape: [Int], _ target: Tensor) throws(OperatorError) -> Padding {
    let axes = try Shape.resolved(axes: axes ?? Array(shape.indices), rank: shape.count)
    let extents = target.integers
    guard extents.count == axes.count, extents.allSatisfy({ (0...Shape.maximumElementCount).contains($0) }) else {
      throw .invalid("extents \(extents) do not fit \(axes.count) axes")
    }
    var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
    for (axis, extent) in zip(axes, extents) {
      let missing = extent - shape[axis]
      // Both cutting and padding round the part before the centre down.
      before[axis] = missing / 2
      after[axis] = missing - missing / 2
    }
    return try Padding(.constant, shape: shape, before: before, after: after)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    guard let target = try node.known(1) else { throw .valueNeeded(operand: 1) }
    node.set(0, try padding(shape, target).gradient(dy, &node))
  }
}
