import Runtime

/// Bits of an integer shifted by `b` places; to the right the sign is copied. A negative or too large amount shifts
/// everything out.
package struct BitShift: BinaryOperator {
  package static let name = "BitShift"
  package static let operandTypes: [ElementType] = .integers

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
    let amount = b < 0 ? I(I.bitWidth) : b
    return left ? a << amount : a >> amount
  }
}
