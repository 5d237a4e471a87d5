import CKernels

/// The derivative of a loss by the filters of a depthwise 2-D convolution:
/// `output[v][u][c] = sum over output pixels of gradient[pixel][c] * input[pixel's tap (v, u)][c]`.
///
/// The images are cut into chunks, whose sums are apart; whoever emits the instruction adds them up.
package struct DepthwiseWeightsGradientInstruction: PlanInstruction {
  package static var opcode: Opcode { .depthwiseWeightsGradient }

  /// float32 `[N, H, W, C]`, channel stride 1.
  package var input: TensorID
  /// The derivative by the output: float32 `[N, Hout, Wout, C]`, channel stride 1.
  package var gradient: TensorID
  /// float32 `[chunks, tap rows, tap columns, C]`, contiguous.
  package var output: TensorID
  /// Rows between neighbouring outputs.
  package var strideHeight: Int32
  /// Columns between neighbouring outputs.
  package var strideWidth: Int32
  /// Rows between neighbouring taps.
  package var dilationHeight: Int32
  /// Columns between neighbouring taps.
  package var dilationWidth: Int32
  /// Rows of zeros above the input; what lies below follows from the shapes.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32

  package init(
    input: TensorID, gradient: TensorID, output: TensorID, strideHeight: Int32, strideWidth: Int32,
    dilationHeight: Int32, dilationWidth: Int32, padTop: Int32, padLeft: Int32
  ) {
    self.input = input
    self.gradient = gradient
    self.output = output
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
  }

  /// How many chunks to ask for: a number that depends on shapes only.
  package static func chunks(images: Int, channels: Int) -> Int {
    max(1, min(images, 16, (16 + channels / channelUnit) / (1 + channels / channelUnit)))
  }

  /// Channels of a piece of work: enough of them to be worth a call for every border, and whole cache lines.
  private static let channelUnit = 128

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let gradient = try plan.operand(gradient, "gradient")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && gradient.type == .float32 && gradient.rank == 4
        && output.type == .float32 && output.rank == 4 && output.isContiguous,
      "operands of a depthwise weights gradient are not float32 of 4 axes")
    try plan.require(
      (input.stride(3) == 1 || input.extent(3) == 1) && (gradient.stride(3) == 1 || gradient.extent(3) == 1),
      "channels of a depthwise weights gradient are not neighbours in memory")
    try plan.require(
      input.extent(0) == gradient.extent(0) && input.extent(3) == gradient.extent(3)
        && input.extent(3) == output.extent(3) && output.extent(0) >= 1,
      "the operands of a depthwise weights gradient do not fit")
    let (vertical, horizontal) = axes(input.shape, gradient.shape, output.shape)
    try plan.require(
      vertical.isSound && horizontal.isSound && vertical.taps * horizontal.taps <= 1 << 20,
      "kernel, stride, dilation or padding of a depthwise weights gradient is out of range")
  }

  private func axes(
    _ input: SIMD8<Int32>, _ gradient: SIMD8<Int32>, _ output: SIMD8<Int32>
  ) -> (vertical: WindowAxis, horizontal: WindowAxis) {
    (
      WindowAxis(
        input: Int(input[1]), output: Int(gradient[1]), taps: output[1], stride: strideHeight,
        dilation: dilationHeight, padding: padTop),
      WindowAxis(
        input: Int(input[2]), output: Int(gradient[2]), taps: output[2], stride: strideWidth,
        dilation: dilationWidth, padding: padLeft)
    )
  }

  private func channelUnits(_ output: TensorView) -> Int {
    (output.extent(3) + DepthwiseWeightsGradientInstruction.channelUnit - 1)
      / DepthwiseWeightsGradientInstruction.channelUnit
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let (gradient, output) = (context.view(gradient), context.view(output))
    return Runtime.taskCount(
      units: output.extent(0) * channelUnits(output),
      operations: gradient.elementCount.multipliedSaturating(by: output.extent(1) * output.extent(2)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let channelUnits = channelUnits(output)
    let channels = output.extent(3)
    for unit in taskRange(task, of: count, output.extent(0) * channelUnits) {
      let chunk = unit / channelUnits
      let first = unit % channelUnits * DepthwiseWeightsGradientInstruction.channelUnit
      let slice = first..<min(channels, first + DepthwiseWeightsGradientInstruction.channelUnit)
      let result = output.pointer(as: Float.self) + chunk * output.extent(1) * output.extent(2) * channels + first
      for tap in 0..<output.extent(1) * output.extent(2) {
        (result + tap * channels).update(repeating: 0, count: slice.count)
      }
      for image in taskRange(chunk, of: output.extent(0), input.extent(0)) { add(image, slice, result, context) }
    }
  }

  /// Adds an image's products, rectangle by rectangle of pixels that have the same taps inside the input.
  private func add(
    _ image: Int, _ channels: Range<Int>, _ result: UnsafeMutablePointer<Float>, _ context: ExecutionContext
  ) {
    guard let kernel = context.kernels.pointee.f32_dwgrad else { return }
    let (input, gradient, output) = (context.view(input), context.view(gradient), context.view(output))
    let (vertical, horizontal) = axes(input.shape, gradient.shape, output.shape)
    let source = input.pointer(as: Float.self) + image * input.stride(0) + channels.lowerBound
    let from = gradient.pointer(as: Float.self) + image * gradient.stride(0) + channels.lowerBound
    var shape = ek_dwconv_shape()
    shape.channels = channels.count
    shape.kernel_height = vertical.taps
    shape.kernel_width = horizontal.taps
    shape.input_row_step = vertical.stride * input.stride(1)
    shape.input_column_step = horizontal.stride * input.stride(2)
    shape.tap_row_step = vertical.dilation * input.stride(1)
    shape.tap_column_step = horizontal.dilation * input.stride(2)
    shape.output_row_step = gradient.stride(1)
    shape.output_column_step = gradient.stride(2)
    vertical.forEachRun(in: 0..<vertical.output) { rows in
      (shape.rows, shape.first_tap_row, shape.tap_rows) = (
        rows.outputs.count, rows.taps.lowerBound, rows.taps.count
      )
      horizontal.forEachRun(in: 0..<horizontal.output) { columns in
        if rows.taps.isEmpty || columns.taps.isEmpty { return }
        (shape.columns, shape.first_tap_column, shape.tap_columns) = (
          columns.outputs.count, columns.taps.lowerBound, columns.taps.count
        )
        kernel(
          &shape, source + rows.input * input.stride(1) + columns.input * input.stride(2),
          from + rows.outputs.lowerBound * gradient.stride(1) + columns.outputs.lowerBound * gradient.stride(2), result,
          output.extent(3))
      }
    }
  }
}
