import CKernels

/// `state += rate * (value - state)`, in place.
package struct MovingAverageInstruction: PlanInstruction {
  package static var opcode: Opcode { .movingAverage }

  /// float32, any strides; changed.
  package var state: TensorID
  /// The same shape.
  package var value: TensorID
  package var rate: Float

  package init(state: TensorID, value: TensorID, rate: Float) {
    self.state = state
    self.value = value
    self.rate = rate
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    try plan.requireUpdate(try plan.result(state, "state"), [try plan.operand(value, "value")])
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { UpdateLoop.scratchBytes }

  private func loop(_ context: ExecutionContext) -> UpdateLoop {
    let (state, value) = (context.view(state), context.view(value))
    return UpdateLoop([state, value, value, value], count: 2, changed: 1)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).loop.taskCount(threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_moving_average else { return }
    loop(context).forEachBlock(task: task, of: count, context.scratch(worker: worker)) { views, n in
      kernel(n, views[0], views[1], rate)
    }
  }
}
