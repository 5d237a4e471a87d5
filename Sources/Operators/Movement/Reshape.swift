import Graph

/// The same elements in another shape. In the target 0 copies the operand's extent (unless `allowzero`), and one -1
/// takes what is left.
package struct Reshape: Operator {
  package static let name = "Reshape"
  package static let channelFlow = ChannelFlow.movement

  private let allowZero: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) { allowZero = try node.flag("allowzero") }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    let target = try operands.constant(1, "shape")
    return [ValueInfo(type: x.type, shape: try resolved(target.integers, x.shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.reshaped(try resolved(try operands.required(1).integers, x.shape))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    try plan.reshape(node, try plan.operand(node, 0))
  }

  private func resolved(_ target: [Int], _ shape: [Int]) throws(OperatorError) -> [Int] {
    var result = target
    for axis in target.indices where target[axis] == 0 && !allowZero {
      guard axis < shape.count else {
        throw .invalid("extent 0 at axis \(axis) of the target copies an axis that \(Shape.text(shape)) has not")
      }
      result[axis] = shape[axis]
    }
    let count = shape.reduce(1, *)
    if let unknown = target.firstIndex(of: -1) {
      result[unknown] = 1
      guard let known = Shape.elementCount(result), known > 0, count % known == 0 else {
        throw .invalid("\(Shape.text(shape)) elements do not fit into \(target)")
      }
      result[unknown] = count / known
    }
    guard Shape.elementCount(result) == count else {
      throw .invalid("\(Shape.text(shape)) elements do not fit into \(target)")
    }
    return result
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try node.setReshaped()
  }
}
