import Graph

/// The operand's shape, or its part from `start` to `end`, as int64 numbers. Always known at compile time.
package struct ShapeOf: Operator {
  package static let name = "Shape"

  private let start: Int
  private let end: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    start = try node.int("start", default: 0)
    end = try node.int("end", default: Int.max)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    [ValueInfo(part(of: try operands.required(0, "data").shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    [part(of: try operands.required(0).shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard try plan.bindConstant(node) else { throw .invalid("its result should be known") }
  }

  private func part(of shape: [Int]) -> Tensor {
    let rank = shape.count
    let bounds = [start, end].map { max(0, min(rank, $0 < 0 ? $0 + rank : $0)) }
    let part = bounds[0] < bounds[1] ? shape[bounds[0]..<bounds[1]] : []
    return Tensor(part.map(Int64.init), shape: [part.count])
  }
}
