/// Every element of the output becomes the value.
package struct FillInstruction: PlanInstruction {
  package static var opcode: Opcode { .fill }

  /// One element of the output's type.
  package var value: TensorID
  /// Any strides.
  package var output: TensorID

  package init(value: TensorID, output: TensorID) {
    self.value = value
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let value = try plan.operand(value, "value")
    let output = try plan.result(output, "output")
    try plan.require(value.count == 1, "the value is not one element")
    try plan.require(value.type == output.type, "the operands' types differ")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let output = context.view(output)
    return StridedLoop(output.shape, output.strides).taskCount(threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type.byteCount {
    case 1: run(task, count, context, UInt8.self)
    case 2: run(task, count, context, UInt16.self)
    case 4: run(task, count, context, UInt32.self)
    default: run(task, count, context, UInt64.self)
    }
  }

  /// Writes elements of the size of `T`.
  private func run<T: BitwiseCopyable>(_ task: Int, _ count: Int, _ context: ExecutionContext, _: T.Type) {
    let output = context.view(output)
    let loop = StridedLoop(output.shape, output.strides)
    let step = loop.step[0]
    let value = context.view(value).pointer(as: T.self).pointee
    let base = output.pointer(as: T.self)
    loop.forEachRun(task: task, of: count) { offsets, length in
      let y = base + offsets[0]
      if step == 1 {
        for i in 0..<length { y[i] = value }
      } else {
        for i in 0..<length { y[i &* step] = value }
      }
    }
  }
}
