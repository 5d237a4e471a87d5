import Runtime

/// Bits of an unsigned integer shifted by `b` places. A too large amount shifts everything out.
package struct BitShift: BinaryOperator {
  package static let name = "BitShift"
  package static let operandTypes: [ElementType] = .unsignedIntegers

  private let left: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    switch try node.string("direction", default: "") {
    case "LEFT": left = true
    case "RIGHT": left = false
    case let other: throw .invalid("attribute 'direction' is '\(other)', which must be LEFT or RIGHT")
    }
  }

  package var function: BinaryFunction { left ? .shiftLeft : .shiftRight }

  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I {
    left ? a << b : a >> b
  }
}
