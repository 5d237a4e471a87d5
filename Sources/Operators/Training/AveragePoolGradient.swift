import Graph
import Runtime

/// The derivative of AveragePool: every window's gradient is spread evenly over its elements. Operand dY; AveragePool's
/// attributes, `input_shape` (all extents of what was pooled), and `sum`: 1 to give every element all of it instead.
package struct AveragePoolGradient: Operator {
  package static let name = "AveragePoolGradient"

  private let window: SlidingWindow
  private let shape: [Int]
  private let divisor: PoolDivisor

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    guard let shape = try node.ints("input_shape"), Shape.elementCount(shape) != nil else {
      throw .invalid("attribute 'input_shape' is missing or no shape")
    }
    self.shape = shape
    divisor = try node.flag("sum") ? .one : try node.flag("count_include_pad") ? .padded : .inside
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let dy = try operands.required(0, "dY", types: [.float32, .float64])
    let pooled = try window.poolGeometry(shape).output
    try operands.require(0, "dY", like: ValueInfo(type: dy.type, shape: shape[..<2] + pooled))
    return [ValueInfo(type: dy.type, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let dy = try operands.required(0)
    let given = dy.doubles
    var dx = [Double](repeating: 0, count: shape.reduce(1, *))
    var output = 0
    _ = try window.poolGeometry(shape).reduceWindows(planes: shape[0] * shape[1]) { positions, plane, padded in
      let places = positions.map { plane + $0 }
      let count = divisor == .one ? 1 : divisor == .padded ? padded : places.count
      for place in places { dx[place] += given[output] / Double(max(1, count)) }
      output += 1
      return 0
    }
    return [Tensor(type: dy.type, shape: shape, doubles: dx)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let dy = try plan.operand(node, 0)
    try plan.poolGradient(node, .average, window.poolGeometry(shape), input: nil, gradient: dy, divisor)
  }
}
