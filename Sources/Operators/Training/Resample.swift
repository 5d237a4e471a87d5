import Graph
import Runtime

/// Weighted sums along one axis: `Y[..., o, ...] = sum over t of weights[o, t] * X[..., indices[o, t], ...]`.
///
/// The derivatives of resizing, of padding by repetition, of slices that go backwards and of gathering by known indices. Operands:
/// X, int32 indices `[extent, taps]`, float64 weights of the same shape; a plan must know both. Attribute `axis`.
package struct Resample: Operator {
  package static let name = "Resample"

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    guard let axis = try node.optionalInt("axis") else { throw .invalid("attribute 'axis' is missing") }
    self.axis = axis
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let indices = try operands.required(1, "indices", types: [.int32])
    let weights = try operands.required(2, "weights", types: [.float64])
    let axis = try Shape.resolved(axis: axis, rank: x.rank)
    guard indices.rank == 2, indices.shape == weights.shape, indices.shape[1] >= 1 else {
      throw .invalid(
        "indices of \(Shape.text(indices.shape)) and weights of \(Shape.text(weights.shape)) do not fit each other")
    }
    if let known = indices.constant, !known.integers.allSatisfy({ (0..<x.shape[axis]).contains($0) }) {
      throw .invalid("an index is out of range for an extent of \(x.shape[axis])")
    }
    var shape = x.shape
    shape[axis] = indices.shape[0]
    return [ValueInfo(type: x.type, shape: try Shape.checked(shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (indices, weights) = (try operands.required(1), try operands.required(2).doubles)
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    let (output, taps, input) = (indices.shape[0], indices.shape[1], x.shape[axis])
    let inner = x.shape[(axis + 1)...].reduce(1, *)
    let outer = x.shape[..<axis].reduce(1, *)
    let (values, sources) = (x.doubles, indices.integers)
    var y = [Double](repeating: 0, count: outer * output * inner)
    for block in 0..<outer {
      for (tap, source) in sources.enumerated() {
        let (from, to) = ((block * input + source) * inner, (block * output + tap / taps) * inner)
        for i in 0..<inner { y[to + i] += weights[tap] * values[from + i] }
      }
    }
    var shape = x.shape
    shape[axis] = output
    return [Tensor(type: x.type, shape: shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    guard x.type == .float32 else { throw .unsupported("\(x.type.name) in a compiled plan") }
    guard let table = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    guard let factors = try plan.constant(node, 2) else { throw .valueNeeded(operand: 2) }
    let y = try plan.firstResult(node, order: .like(x))
    if y.elementCount == 0 { return }
    let work = try plan.workspace(for: y, order: .like(x))
    let (indices, weights) = (plan.constant(table), plan.constant(factors.converted(to: .float32)))
    plan.emit(
      ResampleInstruction(
        input: plan.id(x), output: plan.id(work), axis: Int32(try Shape.resolved(axis: axis, rank: x.rank)),
        taps: Int32(clamping: table.shape[1]), indices: plan.id(indices), weights: plan.id(weights)),
      reads: [x, indices, weights], writes: [work])
    plan.deliver(work, to: y)
  }
}
