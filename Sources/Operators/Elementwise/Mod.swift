import Graph
import Foundation
import Runtime

/// What remains of a division: with the divisor's sign, or with the dividend's where attribute `fmod` is 1.
/// Integers divided by 0 leave 0.
package struct Mod: BinaryOperator {
  package static let name = "Mod"
  package static let operandTypes: [ElementType] = .numeric

  private let signOfDividend: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) { signOfDividend = try node.flag("fmod") }

  package var function: BinaryFunction { signOfDividend ? .remainder : .modulo }

  package func apply(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    if signOfDividend || remainder.isNaN { return remainder }
    if remainder == 0 { return b.sign == .minus ? -0.0 : 0 }
    return (remainder < 0) == (b < 0) ? remainder : remainder + b
  }

  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I {
    if b == 0 { return 0 }
    let remainder = a.remainderReportingOverflow(dividingBy: b).partialValue
    return signOfDividend || remainder == 0 || (remainder < 0) == (b < 0) ? remainder : remainder + b
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (a, b, y) = (try node.requiredOperand(0), try node.requiredOperand(1), try node.result(0))
    if node.isWanted(0) { node.set(0, try node.reduced(dy, toShapeOf: a)) }
    // y = a - n b with a whole number n, whichever way it is rounded.
    if node.isWanted(1) {
      let whole = try node.emit("Round", [node.quotient(node.difference(y, a), b)])
      node.set(1, try node.reduced(node.product(dy, whole), toShapeOf: b))
    }
  }
}
