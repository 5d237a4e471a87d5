import CKernels
import Graph
import Runtime

/// A float32 convolution over rows and columns on its way to a packed kernel. A single spatial axis is the columns' axis.
struct PackedConvolution {
  typealias Pair = (Int32, Int32)

  /// Groups; each has `depth` inputs and `columns` outputs.
  var groups: Int
  var depth: Int
  var columns: Int
  var kernel: Pair
  var stride: Pair
  var dilation: Pair
  /// Zeros before the first row and column.
  var pad: Pair
  /// `[Cout, Cin / groups, kernel...]` where known, `[groups, columns, depth, kernel rows, kernel columns]` where
  /// computed.
  var weights: KernelWeights

  /// A convolution of one or two spatial axes.
  init(_ geometry: ConvolutionGeometry, _ weights: KernelWeights) {
    let window = geometry.window
    func pair(_ values: [Int], _ single: Int32) -> Pair {
      let numbers = values.map { Int32(clamping: $0) }
      return numbers.count == 1 ? (single, numbers[0]) : (numbers[0], numbers[1])
    }
    groups = geometry.groups
    depth = geometry.depth
    columns = geometry.columns
    kernel = pair(window.kernel, 1)
    stride = pair(window.stride, 1)
    dilation = pair(window.dilation, 1)
    pad = pair(window.padBegin, 0)
    self.weights = weights
  }

  /// A 1 x 1 convolution.
  init(depth: Int, columns: Int) {
    (groups, self.depth, self.columns) = (1, depth, columns)
    (kernel, stride, dilation, pad) = ((1, 1), (1, 1), (1, 1), (0, 0))
    weights = .constant([], bias: [])
  }

  /// Whether the packed kernels take weights of a shape: one or two spatial axes, at least one weight, not too many taps.
  static func accepts(_ weights: [Int]) -> Bool {
    weights.count <= 4 && !weights.contains(0) && (Shape.elementCount(Array(weights[2...])) ?? .max) <= 1 << 20
  }

  /// Whether every channel has one filter of its own.
  var isDepthwise: Bool { groups > 1 && depth == 1 && columns == 1 }

  private var taps: Int { Int(kernel.0) * Int(kernel.1) }

  /// Emits a depthwise convolution of views `[N, H, W, C]` with channel stride 1.
  func emitDepthwise(
    _ input: LoweredView, to output: LoweredView, activation: FusedActivation, into plan: inout Lowering
  ) throws(OperatorError) {
    let packed: LoweredView
    switch weights {
    case .constant(let weights, let bias):
      packed = plan.constant(
        PackedWeights.depthwise(weights, channels: groups, taps: taps, block: plan.depthwiseColumns, bias: bias))
    case .computed(let view, let bias, let reversesTaps):
      // Channels are columns of one group.
      packed = try plan.packed(
        view.permuted([1, 0, 2, 3, 4]), bias: bias, reversesTaps: reversesTaps, isDepthwise: true)
    }
    plan.emit(
      DepthwiseConvolutionInstruction(
        input: plan.id(input), weights: plan.id(packed), output: plan.id(output), kernelHeight: kernel.0,
        kernelWidth: kernel.1, strideHeight: stride.0, strideWidth: stride.1, dilationHeight: dilation.0,
        dilationWidth: dilation.1, padTop: pad.0, padLeft: pad.1, activation: activation),
      reads: [input, packed], writes: [output])
  }

  /// Emits a convolution of views `[N, H, W, C]` with channel stride 1.
  func emit(
    _ input: LoweredView, residual: LoweredView?, to output: LoweredView, activation: FusedActivation,
    into plan: inout Lowering
  ) throws(OperatorError) {
    if activation.isClamp,
      let tile = winogradTile(input.shape, output.shape, hasResidual: residual != nil, &plan),
      let (transformed, bias, panel) = try winogradWeights(tile, output.shape, into: &plan)
    {
      return plan.emit(
        WinogradConvolutionInstruction(
          input: plan.id(input), weights: plan.id(transformed), bias: plan.id(bias), residual: plan.id(residual),
          output: plan.id(output), tile: Int32(tile), padTop: pad.0, padLeft: pad.1, panel: Int32(panel),
          activation: activation),
        reads: [input, transformed, bias, residual], writes: [output])
    }
    if let rest = emitNarrowColumns(input, residual: residual, to: output, activation: activation, into: &plan) {
      try rest.convolution.emitWhole(
        input, residual: rest.residual, to: rest.output, activation: activation, into: &plan)
    }
  }

  /// Emits a direct convolution of all output channels.
  private func emitWhole(
    _ input: LoweredView, residual: LoweredView?, to output: LoweredView, activation: FusedActivation,
    into plan: inout Lowering
  ) throws(OperatorError) {
    let join = joinedGroups(panel: plan.panelColumns)
    let packed: LoweredView
    switch weights {
    case .constant(let weights, let bias):
      packed = plan.constant(packedConstant(weights, bias, join: join, panel: plan.panelColumns))
    case .computed(let view, let bias, let reversesTaps):
      packed = try plan.packed(view, bias: bias, join: join, reversesTaps: reversesTaps)
    }
    plan.emit(
      ConvolutionInstruction(
        input: plan.id(input), weights: plan.id(packed), residual: plan.id(residual), output: plan.id(output),
        groups: Int32(clamping: groups / join), kernelHeight: kernel.0, kernelWidth: kernel.1,
        strideHeight: stride.0, strideWidth: stride.1, dilationHeight: dilation.0, dilationWidth: dilation.1,
        padTop: pad.0, padLeft: pad.1, activation: activation),
      reads: [input, packed, residual], writes: [output])
  }

  /// How many narrow groups to pack as one, so that they fill a panel.
  ///
  /// A group with fewer outputs than a panel has columns leaves the rest of the panel idle. Joined groups cost the same
  /// arithmetic (zeros where an output does not see an input) in fewer, longer runs of the kernel.
  private func joinedGroups(panel: Int) -> Int {
    (1...groups).last { groups % $0 == 0 && $0 * columns <= panel } ?? 1
  }

  private func packedConstant(_ weights: [Float], _ bias: [Float], join: Int, panel: Int) -> Tensor {
    var dense = weights
    if join > 1 {
      dense = [Float](repeating: 0, count: columns * groups * join * depth * taps)
      for m in 0..<columns * groups {
        let slot = m / columns % join
        for i in 0..<(depth * taps) {
          dense[(m * join + slot) * depth * taps + i] = weights[m * depth * taps + i]
        }
      }
    }
    let (wide, deep) = (columns * join, depth * join)
    let layouts = (0..<(groups / join)).map {
      PackedWeights.Layout(
        columns: wide, depth: deep, taps: taps, columnStride: deep * taps, tapStride: 1, depthStride: taps,
        offset: $0 * wide * deep * taps)
    }
    return PackedWeights.gemm(dense, groups: layouts, panel: panel, bias: bias)
  }
}

extension Lowering {
  /// Emits an instruction that packs weights `[groups, columns, depth, kernel rows, kernel columns]` in every run.
  mutating func packed(
    _ weights: LoweredView, bias: LoweredView?, join: Int = 1, reversesTaps: Bool = false, isDepthwise: Bool = false
  ) throws(OperatorError) -> LoweredView {
    let (groups, columns, depth) = (weights.shape[0] / join, weights.shape[1] * join, weights.shape[2] * join)
    let taps = weights.shape[3] * weights.shape[4]
    let count =
      isDepthwise
      ? ek_f32_packed_depthwise_count(columns, taps, depthwiseColumns)
      : groups * ek_f32_packed_gemm_count(columns, depth, taps, panelColumns)
    let result = try temporary(type: .float32, shape: [count])
    emit(
      PackWeightsInstruction(
        weights: id(weights), bias: id(bias), output: id(result), join: Int32(clamping: join),
        reversesTaps: reversesTaps, isDepthwise: isDepthwise),
      reads: [weights, bias], writes: [result])
    return result
  }
}

extension LoweredView {
  /// Convolution weights `[Cout, Cin / groups, kernel...]` of one or two spatial axes as
  /// `[groups, Cout / groups, Cin / groups, kernel rows, kernel columns]`.
  func filters(groups: Int) -> LoweredView {
    (rank == 3 ? inserting(axis: 2) : self).splitting(axis: 0, inner: shape[0] / groups)
  }

  /// `[N, C, L]` or `[N, C, H, W]` as `[N, H, W, C]`; a lone channel counts as having stride 1.
  var pixels: LoweredView {
    let view = (rank == 3 ? inserting(axis: 2) : self).permuted([0, 2, 3, 1])
    guard view.shape[3] == 1 else { return view }
    return LoweredView(
      buffer: view.buffer, type: view.type, shape: view.shape, strides: Array(view.strides[..<3]) + [1],
      offset: view.offset)
  }
}
