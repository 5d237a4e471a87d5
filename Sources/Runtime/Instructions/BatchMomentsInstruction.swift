import CKernels

/// Mean and sum of squared distances from it of every channel, for each chunk of a batch's pixels: the first of three
/// steps of a batch normalisation (`BatchStatisticsInstruction`, `BatchNormalizeInstruction`).
///
/// The pixels are cut into as many chunks as `partials` has, whatever the number of workers.
package struct BatchMomentsInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchMoments }

  /// float32 `[N, C, spatial...]`, channel stride 1.
  package var input: TensorID
  /// float64 `[chunks, 2, C]`, contiguous: means, then sums of squares.
  package var partials: TensorID

  package init(input: TensorID, partials: TensorID) {
    self.input = input
    self.partials = partials
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    try plan.requirePixels(input)
    try plan.requireChunks(plan.result(partials, "partials"), channels: input.extent(1))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(input).elementCount, units: context.view(partials).extent(0))
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_moments else { return }
    let (input, partials) = (context.view(input), context.view(partials))
    let loop = StridedLoop(pixelsOf: input.shape, input.strides)
    let (chunks, columns) = (partials.extent(0), partials.extent(2))
    for chunk in taskRange(task, of: count, chunks) {
      let mean = partials.pointer(as: Double.self) + chunk * 2 * columns
      let squares = mean + columns
      mean.update(repeating: 0, count: 2 * columns)
      var rows = 0
      loop.forEachRun(in: taskRange(chunk, of: chunks, loop.count)) { offsets, length in
        let x = input.pointer(as: Float.self) + offsets[0]
        // Distances are measured from the first pixel until there is a mean.
        if rows == 0 { for c in 0..<columns { mean[c] = Double(x[c]) } }
        kernel(length, columns, x, loop.step[0], Double(rows), mean, squares)
        rows += length
      }
    }
  }
}
