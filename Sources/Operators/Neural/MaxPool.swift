import Graph
import Runtime

/// The largest element of every window, and on request where it lies.
package struct MaxPool: PoolOperator {
  package static let name = "MaxPool"
  package static let operandTypes: [ElementType] = .floatingPoint + [.int8, .uint8]
  package static let kind = PoolKind.maximum

  package let window: SlidingWindow
  package let isColumnMajor: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    isColumnMajor = try node.flag("storage_order")
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: MaxPool.operandTypes)
    let shape = try x.shape[..<min(2, x.rank)] + geometry(x.shape).output
    return [ValueInfo(type: x.type, shape: Array(shape)), ValueInfo(type: .int64, shape: Array(shape))]
  }

  /// A window that sees only padding gives the least number of the type, at position 0 of its plane.
  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let geometry = try geometry(x.shape)
    let values = x.doubles
    var indices: [Int64] = []
    let y = geometry.reduceWindows(planes: x.shape[0] * x.shape[1]) { positions, plane, _ in
      var (best, place) = (-Double.infinity, 0)
      for position in positions where values[plane + position] > best {
        (best, place) = (values[plane + position], position)
      }
      indices.append(Int64(plane + (isColumnMajor ? MaxPool.columnMajor(place, geometry.input) : place)))
      return best
    }
    let shape = Array(x.shape[..<2]) + geometry.output
    return [Tensor(type: x.type, shape: shape, doubles: y), Tensor(indices, shape: shape)]
  }

  /// A row-major position in a plane as the position that counts the first spatial axis fastest.
  private static func columnMajor(_ position: Int, _ extents: [Int]) -> Int {
    // The only position of a plane without elements.
    if position == 0 { return 0 }
    var (rest, result) = (position, 0)
    var step = extents.reduce(1, *)
    for extent in extents.reversed() {
      step /= extent
      result += rest % extent * step
      rest /= extent
    }
    return result
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.emit(MaxPoolGradient.name, [node.requiredOperand(0), dy], node.node.attributes))
  }
}
