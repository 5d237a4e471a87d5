import Runtime

extension Lowering {
  /// A float16 view in float32, for instructions that do not compute in float16; other types as they are.
  mutating func widened(_ view: LoweredView) throws(OperatorError) -> LoweredView {
    guard view.type == .float16 else { return view }
    return try cast(view, to: .float32)
  }

  /// A view's elements as another type, in new memory of the same order; the view itself where it has the type.
  mutating func cast(_ view: LoweredView, to type: ElementType) throws(OperatorError) -> LoweredView {
    if view.type == type { return view }
    let copy = try temporary(type: type, shape: view.shape, order: .like(view))
    emit(CastInstruction(input: id(view), output: id(copy)), reads: [view], writes: [copy])
    return copy
  }

  /// Where an instruction can compute a result: the result's own memory if `accept` says so, else a temporary in the
  /// given order; float16 results are computed in float32. `deliver` brings it home.
  mutating func workspace(
    for result: LoweredView, order: MemoryOrder, if accept: (LoweredView) -> Bool = { _ in true }
  ) throws(OperatorError) -> LoweredView {
    if result.type != .float16 && accept(result) { return result }
    return try temporary(
      type: result.type == .float16 ? .float32 : result.type, shape: result.shape, order: order)
  }

  /// Copies or casts what was computed in a workspace into the result; nothing where they are the same memory.
  mutating func deliver(_ workspace: LoweredView, to result: LoweredView) {
    if workspace == result { return }
    if workspace.type == result.type { return copy(workspace, to: result) }
    emit(CastInstruction(input: id(workspace), output: id(result)), reads: [workspace], writes: [result])
  }

  /// Emits `output = activation(function(a, b))`; the operands are broadcast to the output's shape.
  mutating func emit(
    _ function: BinaryFunction, _ a: LoweredView, _ b: LoweredView, to output: LoweredView,
    activation: FusedActivation = .identity
  ) {
    let (a, b) = (a.broadcast(to: output.shape), b.broadcast(to: output.shape))
    emit(
      BinaryInstruction(
        function: function.rawValue, a: id(a), b: id(b), output: id(output), activation: activation),
      reads: [a, b], writes: [output])
  }

  /// Emits `output = function(input)`.
  mutating func emit(
    _ function: UnaryFunction, _ input: LoweredView, to output: LoweredView, alpha: Float = 0, beta: Float = 0
  ) {
    emit(
      UnaryInstruction(
        function: function.rawValue, input: id(input), output: id(output), alpha: alpha, beta: beta),
      reads: [input], writes: [output])
  }

  /// Applies a fused activation to a view in place; nothing for the identity.
  mutating func emit(_ activation: FusedActivation, on view: LoweredView) {
    guard activation != .identity else { return }
    emit(
      UnaryInstruction(
        function: activation.function, input: id(view), output: id(view), alpha: activation.alpha,
        beta: activation.beta), reads: [view], writes: [view])
  }
}
