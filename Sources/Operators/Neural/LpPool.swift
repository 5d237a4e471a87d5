import Foundation
import Graph
import Runtime

/// The Lp norm of every window: `(sum of |x|^p)^(1/p)`.
package struct LpPool: PoolOperator {
  package static let name = "LpPool"
  package static let kind = PoolKind.lp

  package let window: SlidingWindow
  package let exponent: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    exponent = try node.int("p", default: 2)
    guard (1...1024).contains(exponent) else { throw .invalid("attribute 'p' is \(exponent): 1 to 1024 is allowed") }
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let geometry = try geometry(x.shape)
    let values = x.doubles
    let p = Double(exponent)
    let y = geometry.reduceWindows(planes: x.shape[0] * x.shape[1]) { positions, plane, _ in
      pow(positions.reduce(0) { $0 + pow(abs(values[plane + $1]), p) }, 1 / p)
    }
    return [Tensor(type: x.type, shape: x.shape[..<2] + geometry.output, doubles: y)]
  }
}
