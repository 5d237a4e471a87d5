/// The derivative of Clip: `lower < X < upper ? dY : 0`. Operands dY and Clip's operand X (its result does as well);
/// attributes `lower` and `upper`, unbounded where left out.
package struct ClipGradient: MaskOperator {
  package static let name = "ClipGradient"

  package let bounds: (lower: Float, upper: Float)

  package init(_ node: NodeAttributes) throws(OperatorError) {
    bounds = (try node.float("lower", default: -.infinity), try node.float("upper", default: .infinity))
  }
}
