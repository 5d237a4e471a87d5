/// Mean and variance of every channel out of those of chunks (`BatchMomentsInstruction`), combined in their order by
/// Chan's formula.
package struct BatchStatisticsInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchStatistics }

  /// float64 `[chunks, 2, C]`, contiguous.
  package var partials: TensorID
  /// float32 `[C]`.
  package var mean: TensorID
  /// float32 `[C]`: the mean squared distance from the mean.
  package var variance: TensorID
  /// Pixels of all chunks.
  package var rows: Int32

  package init(partials: TensorID, mean: TensorID, variance: TensorID, rows: Int32) {
    self.partials = partials
    self.mean = mean
    self.variance = variance
    self.rows = rows
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let mean = try plan.result(mean, "mean")
    try plan.requireVector(mean, channels: mean.extent(0))
    try plan.requireVector(plan.result(variance, "variance"), channels: mean.extent(0))
    try plan.requireChunks(plan.operand(partials, "partials"), channels: mean.extent(0))
    try plan.require(rows >= 0, "the number of pixels is negative")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let mean = try? plan.operand(mean, "mean") else { return 0 }
    return 16 * mean.extent(0)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (partials, mean, variance) = (context.view(partials), context.view(mean), context.view(variance))
    let (chunks, columns) = (partials.extent(0), partials.extent(2))
    let means = context.scratch(worker: worker).assumingMemoryBound(to: Double.self)
    let squares = means + columns
    means.update(repeating: 0, count: 2 * columns)
    var pixels = 0.0
    for chunk in 0..<chunks {
      let own = Double(taskRange(chunk, of: chunks, Int(rows)).count)
      if own == 0 { continue }
      let chunkMeans = partials.pointer(as: Double.self) + chunk * 2 * columns
      let chunkSquares = chunkMeans + columns
      let share = own / (pixels + own)
      for c in 0..<columns {
        let distance = chunkMeans[c] - means[c]
        means[c] += distance * share
        squares[c] += chunkSquares[c] + distance * distance * (pixels * share)
      }
      pixels += own
    }
    for c in 0..<columns {
      mean.pointer(as: Float.self)[c * mean.stride(0)] = Float(means[c])
      variance.pointer(as: Float.self)[c * variance.stride(0)] = Float(squares[c] / max(pixels, 1))
    }
  }
}
