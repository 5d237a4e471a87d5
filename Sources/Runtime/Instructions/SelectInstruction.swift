/// `output[i] = condition[i] ? a[i] : b[i]`; equal shapes (a broadcast operand has stride 0).
package struct SelectInstruction: PlanInstruction {
  package static var opcode: Opcode { .select }

  /// bool.
  package var condition: TensorID
  /// Taken where true.
  package var a: TensorID
  /// Taken where false.
  package var b: TensorID
  /// The type of `a` and `b`.
  package var output: TensorID

  package init(condition: TensorID, a: TensorID, b: TensorID, output: TensorID) {
    self.condition = condition
    self.a = a
    self.b = b
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let condition = try plan.operand(condition, "condition")
    let a = try plan.operand(a, "a")
    let b = try plan.operand(b, "b")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(condition, output)
    try plan.requireSameShape(a, output)
    try plan.requireSameShape(b, output)
    try plan.require(condition.type == .bool, "the condition is not bool")
    try plan.require(a.type == output.type && b.type == output.type, "the operands' types differ")
  }

  package func taskCount(_ context: ExecutionContext) -> Int { loop(context).taskCount(threads: context.threads) }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type.byteCount {
    case 1: run(task, count, context, UInt8.self)
    case 2: run(task, count, context, UInt16.self)
    case 4: run(task, count, context, UInt32.self)
    default: run(task, count, context, UInt64.self)
    }
  }

  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let output = context.view(output)
    return StridedLoop(
      output.shape, output.strides, context.view(condition).strides, context.view(a).strides, context.view(b).strides)
  }

  /// Moves elements of the size of `T`.
  private func run<T: BitwiseCopyable>(_ task: Int, _ count: Int, _ context: ExecutionContext, _: T.Type) {
    let loop = loop(context)
    let step = loop.step
    let output = context.view(output).pointer(as: T.self)
    let condition = context.view(condition).pointer(as: UInt8.self)
    let (a, b) = (context.view(a).pointer(as: T.self), context.view(b).pointer(as: T.self))
    loop.forEachRun(task: task, of: count) { offsets, length in
      let (y, c, p, q) = (output + offsets[0], condition + offsets[1], a + offsets[2], b + offsets[3])
      for i in 0..<length {
        y[i &* step[0]] = c[i &* step[1]] != 0 ? p[i &* step[2]] : q[i &* step[3]]
      }
    }
  }
}
