import CKernels

/// One step of stochastic gradient descent, in place: `g = gradient + decay * p; v = momentum * v + g;
/// p -= rate * (nesterov ? g + momentum * v : v)`.
package struct SGDUpdateInstruction: PlanInstruction {
  package static var opcode: Opcode { .sgdUpdate }

  /// float32, any strides; changed, as the next one.
  package var parameter: TensorID
  package var velocity: TensorID
  /// The same shape.
  package var gradient: TensorID
  /// One float32 number.
  package var learningRate: TensorID
  package var momentum: Float
  package var weightDecay: Float
  /// 0 or 1.
  package var nesterov: Int32

  package init(
    parameter: TensorID, velocity: TensorID, gradient: TensorID, learningRate: TensorID, momentum: Float,
    weightDecay: Float, nesterov: Int32
  ) {
    self.parameter = parameter
    self.velocity = velocity
    self.gradient = gradient
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let parameter = try plan.result(parameter, "parameter")
    try plan.requireUpdate(
      parameter, [try plan.result(velocity, "velocity"), try plan.operand(gradient, "gradient")])
    try plan.requireNumber(learningRate, "learning rate")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { UpdateLoop.scratchBytes }

  private func loop(_ context: ExecutionContext) -> UpdateLoop {
    let (parameter, velocity, gradient) = (context.view(parameter), context.view(velocity), context.view(gradient))
    return UpdateLoop([parameter, velocity, gradient, gradient], count: 3, changed: 2)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).loop.taskCount(threads: context.threads, cost: 2)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_sgd else { return }
    var rule = ek_sgd(
      rate: context.view(learningRate).pointer(as: Float.self)[0], momentum: momentum, decay: weightDecay,
      nesterov: nesterov != 0)
    loop(context).forEachBlock(task: task, of: count, context.scratch(worker: worker)) { views, n in
      kernel(n, views[0], views[1], views[2], &rule)
    }
  }
}
