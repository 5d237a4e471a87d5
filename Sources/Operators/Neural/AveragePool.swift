import Graph
import Runtime

/// The mean of every window; padding counts as zeros, or not at all.
package struct AveragePool: PoolOperator {
  package static let name = "AveragePool"
  package static let kind = PoolKind.average

  package let window: SlidingWindow
  package let countsPadding: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    countsPadding = try node.flag("count_include_pad")
  }

  /// A window that sees only padding gives 0.
  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let geometry = try geometry(x.shape)
    let values = x.doubles
    let y = geometry.reduceWindows(planes: x.shape[0] * x.shape[1]) { positions, plane, padded in
      var (sum, count) = (0.0, 0)
      for position in positions {
        sum += values[plane + position]
        count += 1
      }
      return sum / Double(max(1, countsPadding ? padded : count))
    }
    return [Tensor(type: x.type, shape: x.shape[..<2] + geometry.output, doubles: y)]
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    var attributes = node.node.attributes
    attributes["input_shape"] = .ints(try node.info(node.requiredOperand(0)).shape)
    node.set(0, try node.emit(AveragePoolGradient.name, [dy], attributes))
  }
}
