import Graph

/// The operand's number of elements, an int64 scalar. Always known at compile time.
package struct Size: Operator {
  package static let name = "Size"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    [ValueInfo(Tensor(scalar: Int64(try operands.required(0, "data").shape.reduce(1, *))))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    [Tensor(scalar: Int64(try operands.required(0).elementCount))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard try plan.bindConstant(node) else { throw .invalid("its result should be known") }
  }
}
