import CKernels

/// Depthwise 2-D convolution in float32: one filter a channel.
///
/// Input `[N, H, W, C]`, output `[N, Hout, Wout, C]`, both with channel stride 1.
package struct DepthwiseConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .depthwiseConvolution }

  /// float32 `[N, H, W, C]`, channel stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_depthwise` lays them out.
  package var weights: TensorID
  /// float32 `[N, Hout, Wout, C]`, channel stride 1.
  package var output: TensorID
  /// Taps along the rows' axis.
  package var kernelHeight: Int32
  /// Taps along the columns' axis.
  package var kernelWidth: Int32
  /// Rows between neighbouring outputs.
  package var strideHeight: Int32
  /// Columns between neighbouring outputs.
  package var strideWidth: Int32
  /// Rows between neighbouring taps.
  package var dilationHeight: Int32
  /// Columns between neighbouring taps.
  package var dilationWidth: Int32
  /// Rows of zeros above the input; what lies below follows from the output's shape.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(
    input: TensorID, weights: TensorID, output: TensorID, kernelHeight: Int32, kernelWidth: Int32,
    strideHeight: Int32, strideWidth: Int32, dilationHeight: Int32, dilationWidth: Int32, padTop: Int32,
    padLeft: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.output = output
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && output.type == .float32 && output.rank == 4,
      "input and output of a depthwise convolution are not float32 of 4 axes")
    try plan.require(
      (input.stride(3) == 1 || input.extent(3) == 1) && (output.stride(3) == 1 || output.extent(3) == 1),
      "channels of a depthwise convolution are not neighbours in memory")
    try plan.require(
      input.extent(0) == output.extent(0) && input.extent(3) == output.extent(3) && input.extent(3) >= 1,
      "input and output of a depthwise convolution do not fit")
    let (vertical, horizontal) = axes(input.shape, output.shape)
    try plan.require(
      vertical.isSound && horizontal.isSound && vertical.taps * horizontal.taps <= 1 << 20,
      "kernel, stride, dilation or padding of a depthwise convolution is out of range")
    // The kernel tells by places in memory what is beside a row.
    try plan.require(
      !horizontal.farthest.multipliedReportingOverflow(by: input.stride(2)).overflow,
      "a line of a depthwise convolution is too long")
    try plan.require(activation.isNumeric, "the activation is unknown")
    try plan.requirePackedDepthwise(weights, channels: input.extent(3), taps: vertical.taps * horizontal.taps)
  }

  private func axes(
    _ input: SIMD8<Int32>, _ output: SIMD8<Int32>
  ) -> (vertical: WindowAxis, horizontal: WindowAxis) {
    (
      WindowAxis(
        input: Int(input[1]), output: Int(output[1]), taps: kernelHeight, stride: strideHeight,
        dilation: dilationHeight, padding: padTop),
      WindowAxis(
        input: Int(input[2]), output: Int(output[2]), taps: kernelWidth, stride: strideWidth,
        dilation: dilationWidth, padding: padLeft)
    )
  }

  /// Channels of a task are whole cache lines, and whole blocks of every instruction set.
  private static let channelUnit = 16

  /// Tasks are ranges of output rows, or of channels where rows are few.
  private func splitsRows(_ output: TensorView, threads: Int) -> Bool {
    let rows = output.extent(0) * output.extent(1)
    return rows >= 8 * threads || rows * DepthwiseConvolutionInstruction.channelUnit >= output.extent(3)
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    let table = context.kernels.pointee
    return InstructionSummary(
      kernel: "f32_dwconv \(table.dwconv_nr) \(String(cString: table.name))",
      multiplyAccumulates: context.view(output).elementCount.multipliedSaturating(
        by: Int(kernelHeight) * Int(kernelWidth)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let output = context.view(output)
    let unit = DepthwiseConvolutionInstruction.channelUnit
    let units =
      splitsRows(output, threads: context.threads)
      ? output.extent(0) * output.extent(1) : (output.extent(3) + unit - 1) / unit
    let (operations, overflow) = output.elementCount.multipliedReportingOverflow(
      by: Int(kernelHeight) * Int(kernelWidth))
    return Runtime.taskCount(units: units, operations: overflow ? .max : operations, threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let height = output.extent(1)
    var lines = 0..<(output.extent(0) * height)
    var channels = 0..<output.extent(3)
    if count > 1 {
      if splitsRows(output, threads: context.threads) {
        lines = taskRange(task, of: count, lines.count)
      } else {
        let unit = DepthwiseConvolutionInstruction.channelUnit
        let units = taskRange(task, of: count, (channels.count + unit - 1) / unit)
        channels = units.lowerBound * unit..<min(channels.count, units.upperBound * unit)
      }
    }
    if channels.isEmpty || lines.isEmpty || output.extent(2) == 0 { return }
    let (vertical, horizontal) = axes(input.shape, output.shape)
    var line = lines.lowerBound
    while line < lines.upperBound {
      let (image, y) = (line / height, line % height)
      let end = min(height, y + lines.upperBound - line)
      vertical.forEachRun(in: y..<end) { rows in
        runLines(image, rows, channels, vertical, horizontal, input, output, context)
      }
      line += end - y
    }
  }

  /// Output rows that have the same taps inside the input.
  private func runLines(
    _ image: Int, _ rows: WindowAxis.Run, _ channels: Range<Int>, _ vertical: WindowAxis, _ horizontal: WindowAxis,
    _ input: TensorView, _ output: TensorView, _ context: ExecutionContext
  ) {
    guard let kernel = context.kernels.pointee.f32_dwconv else { return }
    let block = Int(context.kernels.pointee.dwconv_nr)
    let packed =
      context.view(weights).pointer(as: Float.self) + channels.lowerBound / block * block
      * (1 + vertical.taps * horizontal.taps)
    let source = input.pointer(as: Float.self) + image * input.stride(0) + channels.lowerBound
    let target =
      output.pointer(as: Float.self) + image * output.stride(0) + rows.outputs.lowerBound * output.stride(1)
      + channels.lowerBound
    let bounds = activation.bounds
    var shape = ek_dwconv_shape()
    shape.channels = channels.count
    shape.rows = rows.outputs.count
    shape.kernel_height = vertical.taps
    shape.kernel_width = horizontal.taps
    shape.first_tap_row = rows.taps.lowerBound
    shape.tap_rows = rows.taps.count
    shape.input_row_step = vertical.stride * input.stride(1)
    shape.input_column_step = horizontal.stride * input.stride(2)
    shape.tap_row_step = vertical.dilation * input.stride(1)
    shape.tap_column_step = horizontal.dilation * input.stride(2)
    shape.output_row_step = output.stride(1)
    shape.output_column_step = output.stride(2)
    let (rowStart, columnStep) = (source + rows.input * input.stride(1), input.stride(2))
    if columnStep > 0 {
      // The kernel leaves out what lies beside the row.
      (shape.columns, shape.tap_columns) = (horizontal.output, horizontal.taps)
      (shape.left_margin, shape.row_extent) = (horizontal.padding * columnStep, horizontal.input * columnStep)
      kernel(&shape, rowStart, packed, target, bounds.lower, bounds.upper)
    } else {
      // All columns are one in memory: places do not tell what is beside the row.
      shape.row_extent = .max
      horizontal.forEachRun(in: 0..<horizontal.output) { columns in
        shape.columns = columns.outputs.count
        shape.first_tap_column = columns.taps.lowerBound
        shape.tap_columns = columns.taps.count
        kernel(
          &shape, rowStart, packed, target + columns.outputs.lowerBound * output.stride(2), bounds.lower, bounds.upper)
      }
    }
    if activation.isClamp { return }
    for line in 0..<rows.outputs.count {
      activation.apply(
        to: target + line * output.stride(1), rows: horizontal.output, columns: channels.count,
        stride: output.stride(2), context.kernels)
    }
  }
}
