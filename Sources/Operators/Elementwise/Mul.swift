import Runtime

/// `a * b`; integers wrap around.
package struct Mul: BinaryOperator {
  package static let name = "Mul"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .multiply }
  package func apply(_ a: Double, _ b: Double) -> Double { a * b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &* b }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let operands = [try node.requiredOperand(0), try node.requiredOperand(1)]
    for position in 0...1 where node.isWanted(position) {
      let product = try node.emit("Mul", [dy, operands[1 - position]])
      node.set(position, try node.reduced(product, toShapeOf: operands[position]))
    }
  }
}
