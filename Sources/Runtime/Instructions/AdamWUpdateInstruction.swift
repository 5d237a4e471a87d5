import CKernels

/// One step of Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2), in place.
package struct AdamWUpdateInstruction: PlanInstruction {
  package static var opcode: Opcode { .adamWUpdate }

  /// float32, any strides; changed, as the next two.
  package var parameter: TensorID
  /// Average of the gradient.
  package var first: TensorID
  /// Average of its square.
  package var second: TensorID
  /// The same shape.
  package var gradient: TensorID
  /// One float32 number.
  package var learningRate: TensorID
  /// One float32 number: 1 in the first step.
  package var step: TensorID
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  package var weightDecay: Float

  package init(
    parameter: TensorID, first: TensorID, second: TensorID, gradient: TensorID, learningRate: TensorID, step: TensorID,
    beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float
  ) {
    self.parameter = parameter
    self.first = first
    self.second = second
    self.gradient = gradient
    self.learningRate = learningRate
    self.step = step
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let parameter = try plan.result(parameter, "parameter")
    try plan.requireUpdate(
      parameter,
      [try plan.result(first, "first"), try plan.result(second, "second"), try plan.operand(gradient, "gradient")])
    try plan.requireNumber(learningRate, "learning rate")
    try plan.requireNumber(step, "step")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { UpdateLoop.scratchBytes }

  private func loop(_ context: ExecutionContext) -> UpdateLoop {
    UpdateLoop(
      [context.view(parameter), context.view(first), context.view(second), context.view(gradient)], count: 4,
      changed: 3)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).loop.taskCount(threads: context.threads, cost: 4)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_adamw else { return }
    let rate = Double(context.view(learningRate).pointer(as: Float.self)[0])
    let step = Double(context.view(step).pointer(as: Float.self)[0])
    let (beta1, beta2) = (Double(beta1), Double(beta2))
    var rule = ek_adamw(
      keep: Float(1 - rate * Double(weightDecay)), first_share: Float(1 - beta1), beta2: self.beta2,
      second_share: Float(1 - beta2), rate: Float(rate / (1 - em_pow(beta1, step))),
      deviation_scale: Float(1 / (1 - em_pow(beta2, step)).squareRoot()), epsilon: epsilon)
    loop(context).forEachBlock(task: task, of: count, context.scratch(worker: worker)) { views, n in
      kernel(n, views[0], views[1], views[2], views[3], &rule)
    }
  }
}
