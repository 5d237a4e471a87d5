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

  /// By x: `sign(x) |x|^(p-1)` times the sum of `dy / y^(p-1)` over the windows that see x.
  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    var attributes = node.node.attributes
    attributes["input_shape"] = .ints(try node.info(x).shape)
    attributes["sum"] = .int(1)
    let share = try node.normShare(dy, exponent: exponent)
    node.set(0, try node.normGradient(x, node.emit(AveragePoolGradient.name, [share], attributes), exponent: exponent))
  }
}

extension NodeGradient {
  /// `dy / y^(p-1)` with the node's result y, a norm; where that is 0, all its elements are.
  mutating func normShare(_ dy: ValueID, exponent: Int) throws(OperatorError) -> ValueID {
    if exponent == 1 { return dy }
    let y = try result(0)
    let isZero = try emit("Equal", [y, scalar(0, like: y)])
    let norm = try emit("Where", [isZero, scalar(1, like: y), y])
    return try emit("Div", [dy, emit("Pow", [norm, scalar(Double(exponent - 1), like: y)])])
  }

  /// `sign(x) |x|^(p-1) share`.
  mutating func normGradient(_ x: ValueID, _ share: ValueID, exponent: Int) throws(OperatorError) -> ValueID {
    if exponent == 2 { return try emit("Mul", [x, share]) }
    let signed = try emit("Mul", [emit("Sign", [x]), share])
    if exponent == 1 { return signed }
    return try emit("Mul", [signed, emit("Pow", [emit("Abs", [x]), scalar(Double(exponent - 1), like: x)])])
  }
}
