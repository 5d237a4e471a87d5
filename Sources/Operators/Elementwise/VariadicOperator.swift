import Graph
import Runtime

/// An element-wise operator of one or more operands of one type: a function of two, applied from left to right.
package protocol VariadicOperator: BinaryOperator {
  /// What the result is divided by: the number of operands for a mean, else 1. Floating-point results only.
  var divisor: Int { get }
}

extension VariadicOperator {
  package var divisor: Int { 1 }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let first = try operands.required(0, "data_0", types: Self.operandTypes)
    for other in operands.dropFirst() where other?.type != first.type {
      throw .invalid(
        "its operands are of different types: \(first.type.name) and \(other?.type.name ?? "one left out")")
    }
    return [ValueInfo(type: first.type, shape: try operands.broadcastShape())]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let first = try operands.required(0)
    // Sums of floating-point numbers are kept in double precision and rounded once.
    let type = first.type.isFloatingPoint ? ElementType.float64 : first.type
    var result = first.type.isFloatingPoint ? Tensor(first.doubles, shape: first.shape) : first
    for position in operands.indices.dropFirst() {
      let operand = try operands.required(position)
      let wide = operand.type.isFloatingPoint ? Tensor(operand.doubles, shape: operand.shape) : operand
      result = try combined(result, wide, type: type)
    }
    if !first.type.isFloatingPoint { return [result] }
    return [Tensor(type: first.type, shape: result.shape, doubles: result.doubles.map { $0 / Double(divisor) })]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    var operands: [LoweredView] = []
    for position in node.inputs.indices { operands.append(try plan.operand(node, position)) }
    guard operands.count > 1 else { return plan.bind(node, to: operands[0]) }
    let y = try plan.firstResult(node, order: plan.order(ofResultOf: operands))
    plan.emit(function, operands[0], operands[1], to: y)
    for operand in operands.dropFirst(2) { plan.emit(function, y, operand, to: y) }
    if divisor > 1 {
      let count = plan.constant(Tensor(type: y.type, shape: [], doubles: [Double(divisor)]))
      plan.emit(.divide, y, count, to: y)
    }
  }

  /// Sets the derivatives of a minimum or maximum: operands that are equal to the result share its derivative evenly.
  func setShareOfExtreme(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let y = try node.result(0)
    guard node.node.inputs.count > 1 else { return node.set(0, dy) }
    var shares: [ValueID] = []
    for position in node.node.inputs.indices {
      let isExtreme = try node.emit("Equal", [node.requiredOperand(position), y])
      shares.append(try node.indicator(isExtreme, like: y))
    }
    let share = try node.quotient(dy, node.emit("Sum", shares))
    for (position, isExtreme) in shares.enumerated() where node.isWanted(position) {
      node.set(position, try node.reduced(node.product(share, isExtreme), toShapeOf: node.requiredOperand(position)))
    }
  }
}
