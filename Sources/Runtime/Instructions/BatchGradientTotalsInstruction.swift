/// The gradients of a batch normalisation's scale and bias out of the sums of chunks (`BatchGradientSumsInstruction`),
/// added in their order.
package struct BatchGradientTotalsInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchGradientTotals }

  /// float64 `[chunks, 2, C]`, contiguous.
  package var partials: TensorID
  /// float32 `[C]`.
  package var variance: TensorID
  /// float32 `[C]`: sum of g * (x - mean) / sqrt(variance + epsilon).
  package var scaleGradient: TensorID
  /// float32 `[C]`: sum of g.
  package var biasGradient: TensorID
  package var epsilon: Float

  package init(
    partials: TensorID, variance: TensorID, scaleGradient: TensorID, biasGradient: TensorID, epsilon: Float
  ) {
    self.partials = partials
    self.variance = variance
    self.scaleGradient = scaleGradient
    self.biasGradient = biasGradient
    self.epsilon = epsilon
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let variance = try plan.operand(variance, "variance")
    try plan.requireVector(variance, channels: variance.extent(0))
    for vector in [scaleGradient, biasGradient] {
      try plan.requireVector(plan.result(vector, "gradient"), channels: variance.extent(0))
    }
    try plan.requireChunks(plan.operand(partials, "partials"), channels: variance.extent(0))
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let variance = try? plan.operand(variance, "variance") else { return 0 }
    return 16 * variance.extent(0)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (partials, variance) = (context.view(partials), context.view(variance))
    let (scale, bias) = (context.view(scaleGradient), context.view(biasGradient))
    let columns = partials.extent(2)
    let totals = context.scratch(worker: worker).assumingMemoryBound(to: Double.self)
    totals.update(repeating: 0, count: 2 * columns)
    for chunk in 0..<partials.extent(0) {
      let sums = partials.pointer(as: Double.self) + chunk * 2 * columns
      for i in 0..<2 * columns { totals[i] += sums[i] }
    }
    for c in 0..<columns {
      let deviation = (Double(variance.pointer(as: Float.self)[c * variance.stride(0)]) + Double(epsilon)).squareRoot()
      bias.pointer(as: Float.self)[c * bias.stride(0)] = Float(totals[c])
      scale.pointer(as: Float.self)[c * scale.stride(0)] = Float(totals[columns + c] / deviation)
    }
  }
}
