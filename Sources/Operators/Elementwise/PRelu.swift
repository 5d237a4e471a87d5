import Graph
import Runtime

/// `x < 0 ? slope * x : x`; the slope is broadcast to x.
package struct PRelu: BinaryOperator {
  package static let name = "PRelu"
  package static let operandTypes: [ElementType] = .floatingPoint + [.int32, .int64, .uint32, .uint64]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .parametricRelu }
  package func apply(_ x: Double, _ slope: Double) -> Double { x < 0 ? x * slope : x }
  package func apply<I: FixedWidthInteger>(integer x: I, _ slope: I) -> I { x < 0 ? x &* slope : x }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: PRelu.operandTypes)
    let slope = try operands.required(1, "slope", types: [x.type])
    guard Shape.broadcast(slope.shape, x.shape) == x.shape else {
      throw .invalid("slope is \(Shape.text(slope.shape)), which does not broadcast to \(Shape.text(x.shape))")
    }
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (x, slope) = (try node.requiredOperand(0), try node.requiredOperand(1))
    if node.isWanted(0) {
      let factor = try node.select(node.compare(x, "Less", 0), slope, else: 1)
      node.set(0, try node.product(dy, factor))
    }
    if node.isWanted(1) {
      let negative = try node.emit("Min", [x, node.scalar(0, like: x)])
      node.set(1, try node.reduced(node.product(dy, negative), toShapeOf: slope))
    }
  }
}
