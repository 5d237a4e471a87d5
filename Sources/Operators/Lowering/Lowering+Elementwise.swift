import Graph
import Runtime

extension Lowering {
  /// The order of memory for the result of an element-wise operator: that of the operand with the most elements, one
  /// that is computed rather than constant where several have as many.
  func order(ofResultOf operands: [LoweredView]) -> MemoryOrder {
    func rank(_ view: LoweredView) -> Int {
      2 * view.elementCount + (buffers[view.buffer.index].constant == nil ? 1 : 0)
    }
    var best = operands[0]
    for operand in operands.dropFirst() where rank(operand) > rank(best) { best = operand }
    let shape = operands.reduce([]) { shape, operand in Shape.broadcast(shape, operand.shape) ?? shape }
    return .like(best.broadcast(to: shape))
  }

  /// Emits `result = condition ? a : b`; all three are repeated to the result's shape.
  mutating func select(_ condition: LoweredView, _ a: LoweredView, _ b: LoweredView, to result: LoweredView) {
    let shape = result.shape
    let (condition, a, b) = (condition.broadcast(to: shape), a.broadcast(to: shape), b.broadcast(to: shape))
    emit(
      SelectInstruction(condition: id(condition), a: id(a), b: id(b), output: id(result)),
      reads: [condition, a, b], writes: [result])
  }
}
