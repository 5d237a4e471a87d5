import Foundation
import Graph
import Runtime

/// The Lp norm of every channel.
package struct GlobalLpPool: GlobalPoolOperator {
  package static let name = "GlobalLpPool"

  private let exponent: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    exponent = try node.int("p", default: 2)
    guard (1...1024).contains(exponent) else { throw .invalid("attribute 'p' is \(exponent): 1 to 1024 is allowed") }
  }

  package var reduction: ReduceFunction? { exponent == 1 ? .l1Norm : exponent == 2 ? .l2Norm : nil }
  package func reduce(_ plane: ArraySlice<Double>) -> Double {
    pow(plane.reduce(0) { $0 + pow(abs($1), Double(exponent)) }, 1 / Double(exponent))
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let share = try node.normShare(dy, exponent: exponent)
    node.set(0, try node.normGradient(node.requiredOperand(0), share, exponent: exponent))
  }
}
