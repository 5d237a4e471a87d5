import CKernels

/// Packs weights that change from run to run into the panels of a micro-kernel, as `ek_f32_pack_gemm` (or
/// `ek_f32_pack_depthwise`) lays constant ones out.
package struct PackWeightsInstruction: PlanInstruction {
  package static var opcode: Opcode { .packWeights }

  /// float32 `[groups, columns, depth, tap rows, tap columns]`, any strides. A depthwise filter is one group of depth 1.
  package var weights: TensorID
  /// float32 `[groups * columns]`, any stride; or none for zeros.
  package var bias: TensorID
  /// float32, contiguous: the packed panels, group after group.
  package var output: TensorID
  /// Neighbouring groups packed as one: its columns are those of all of them, with zeros where a column's own group
  /// does not see an input. Divides the number of groups.
  package var join: Int32
  /// Whether taps are packed last one first, in both directions: 0 or 1.
  package var reversesTaps: Int32
  /// Whether panels are those of the depthwise kernel: 0 or 1.
  package var isDepthwise: Int32

  package init(
    weights: TensorID, bias: TensorID, output: TensorID, join: Int32 = 1, reversesTaps: Bool = false,
    isDepthwise: Bool = false
  ) {
    self.weights = weights
    self.bias = bias
    self.output = output
    self.join = join
    self.reversesTaps = reversesTaps ? 1 : 0
    self.isDepthwise = isDepthwise ? 1 : 0
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let weights = try plan.operand(weights, "weights")
    _ = try plan.result(output, "output")
    try plan.require(
      weights.type == .float32 && weights.rank == 5 && weights.count > 0, "the weights are not float32 of 5 axes")
    let groups = weights.extent(0)
    try plan.require(join >= 1 && groups % Int(join) == 0, "groups cannot be joined so")
    if let bias = try plan.optionalOperand(bias, "bias") {
      try plan.require(
        bias.type == .float32 && bias.rank == 1 && bias.extent(0) == groups * weights.extent(1),
        "the bias does not fit the weights")
    }
    // All factors divide a count below 2^31, except the join.
    let taps = weights.extent(3) * weights.extent(4)
    if isDepthwise != 0 {
      try plan.require(groups == 1 && weights.extent(2) == 1, "the weights are no depthwise filter")
      try plan.requirePackedDepthwise(output, channels: weights.extent(1), taps: taps)
    } else {
      let (columns, depth) = (weights.extent(1) * Int(join), weights.extent(2) * Int(join))
      try plan.requirePackedMatrix(output, groups: groups / Int(join), columns: columns, depth: depth, taps: taps)
    }
  }

  /// What the weights' shape says.
  private struct Shape {
    let groups: Int
    let join: Int
    /// Of one of the weights' own groups.
    let columns: Int
    let depth: Int
    let taps: Int
    let panelWidth: Int

    /// Panels of joined groups.
    var panels: Int { (columns * join + panelWidth - 1) / panelWidth }
    var panelFloats: Int { panelWidth * (1 + taps * depth * join) }
    var units: Int { groups / join * panels }
  }

  private func shape(_ context: ExecutionContext) -> Shape {
    let weights = context.view(weights)
    let kernels = context.kernels.pointee
    return Shape(
      groups: weights.extent(0), join: Int(join), columns: weights.extent(1), depth: weights.extent(2),
      taps: weights.extent(3) * weights.extent(4),
      panelWidth: Int(isDepthwise != 0 ? kernels.dwconv_nr : kernels.gemm_nr))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(output).elementCount, units: shape(context).units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let shape = shape(context)
    let target = context.view(output).pointer(as: Float.self)
    for unit in taskRange(task, of: count, shape.units) {
      packPanel(
        shape, group: unit / shape.panels, panel: unit % shape.panels, target + unit * shape.panelFloats, context)
    }
  }

  private func packPanel(
    _ shape: Shape, group: Int, panel: Int, _ packed: UnsafeMutablePointer<Float>, _ context: ExecutionContext
  ) {
    let weights = context.view(weights)
    let columns = panel * shape.panelWidth..<min((panel + 1) * shape.panelWidth, shape.columns * shape.join)
    if shape.join > 1 || columns.count < shape.panelWidth {
      packed.update(repeating: 0, count: shape.panelFloats)
    } else {
      packed.update(repeating: 0, count: shape.panelWidth)
    }
    if let bias = context.optionalView(bias) {
      let first = group * shape.join * shape.columns
      let values = bias.pointer(as: Float.self)
      for column in columns { packed[column - columns.lowerBound] = values[(first + column) * bias.stride(0)] }
    }
    let (rowStep, columnStep) = (weights.stride(3), weights.stride(4))
    let reverses = reversesTaps != 0
    let lastTap = (weights.extent(3) - 1) * rowStep + (weights.extent(4) - 1) * columnStep
    var part = ek_weights_shape(
      columns: 0, depth: shape.depth, tap_rows: weights.extent(3), tap_columns: weights.extent(4),
      column_stride: weights.stride(1), depth_stride: weights.stride(2), tap_row_stride: reverses ? -rowStep : rowStep,
      tap_column_stride: reverses ? -columnStep : columnStep)
    // A panel holds columns of one or several of the joined groups.
    for slot in columns.lowerBound / shape.columns...(columns.upperBound - 1) / shape.columns {
      let own = columns.clamped(to: slot * shape.columns..<(slot + 1) * shape.columns)
      part.columns = own.count
      let source =
        (group * shape.join + slot) * weights.stride(0)
        + (own.lowerBound - slot * shape.columns) * weights.stride(1) + (reverses ? lastTap : 0)
      ek_f32_pack_weights(
        &part, weights.pointer(as: Float.self) + source, shape.panelWidth, shape.depth * shape.join,
        packed + (1 + slot * shape.depth) * shape.panelWidth + own.lowerBound - columns.lowerBound)
    }
  }
}
