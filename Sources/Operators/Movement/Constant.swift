import Graph

/// A tensor, number or list of numbers that the node carries.
package struct Constant: Operator {
  package static let name = "Constant"

  private let value: Tensor

  package init(_ node: NodeAttributes) throws(OperatorError) {
    if let tensor = try node.tensor("value") {
      value = tensor
    } else if let number = try node.optionalFloat("value_float") {
      value = Tensor(scalar: number)
    } else if let number = try node.optionalInt("value_int") {
      value = Tensor(scalar: Int64(number))
    } else if let numbers = try node.floats("value_floats") {
      value = Tensor(numbers, shape: [numbers.count])
    } else if let numbers = try node.ints("value_ints") {
      value = Tensor(numbers.map(Int64.init), shape: [numbers.count])
    } else {
      throw .unsupported("a constant that is neither tensor, number nor list of numbers")
    }
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] { [ValueInfo(value)] }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] { [value] }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    plan.bind(node, to: plan.constant(value))
  }
}
