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
}
