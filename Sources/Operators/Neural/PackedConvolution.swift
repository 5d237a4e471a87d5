import Graph
import Runtime

/// A convolution of one or two spatial axes with constant float32 weights, on its way to a packed kernel.
struct PackedConvolution {
  private let geometry: ConvolutionGeometry
  /// `[Cout, Cin / groups, kernel...]`
  private let weights: [Float]
  /// `[Cout]`, or empty.
  private let bias: [Float]

  init(_ geometry: ConvolutionGeometry, _ weights: [Float], _ bias: [Float]) {
    self.geometry = geometry
    self.weights = weights
    self.bias = bias
  }

  /// Whether the packed kernels take weights of a shape: one or two spatial axes, at least one weight, not too many taps.
  static func accepts(_ weights: [Int]) -> Bool {
    weights.count <= 4 && !weights.contains(0) && (Shape.elementCount(Array(weights[2...])) ?? .max) <= 1 << 20
  }

  /// Whether every channel has one filter of its own.
  var isDepthwise: Bool {
    geometry.groups > 1 && geometry.groups == geometry.inputChannels && geometry.groups == geometry.outputChannels
  }

  /// Emits a depthwise convolution of views `[N, C, spatial...]` with channel stride 1.
  func emitDepthwise(
    _ input: LoweredView, to output: LoweredView, activation: FusedActivation, into plan: inout Lowering
  ) {
    let packed = plan.constant(
      PackedWeights.depthwise(
        weights, channels: geometry.outputChannels, taps: geometry.window.taps, block: plan.depthwiseColumns,
        bias: bias))
    let (x, y, axes) = (input.pixels, output.pixels, planeAxes)
    plan.emit(
      DepthwiseConvolutionInstruction(
        input: plan.id(x), weights: plan.id(packed), output: plan.id(y), kernelHeight: axes.kernel.0,
        kernelWidth: axes.kernel.1, strideHeight: axes.stride.0, strideWidth: axes.stride.1,
        dilationHeight: axes.dilation.0, dilationWidth: axes.dilation.1, padTop: axes.pad.0, padLeft: axes.pad.1,
        activation: activation),
      reads: [x, packed], writes: [y])
  }

  /// Emits a convolution of views `[N, C, spatial...]` with channel stride 1.
  func emit(
    _ input: LoweredView, residual: LoweredView?, to output: LoweredView, activation: FusedActivation,
    into plan: inout Lowering
  ) {
    let merged = mergedGroups(panel: plan.panelColumns)
    let packed = plan.constant(merged.packed)
    let (x, y, r, axes) = (input.pixels, output.pixels, residual?.pixels, planeAxes)
    plan.emit(
      ConvolutionInstruction(
        input: plan.id(x), weights: plan.id(packed), residual: plan.id(r), output: plan.id(y),
        groups: Int32(clamping: merged.groups), kernelHeight: axes.kernel.0, kernelWidth: axes.kernel.1,
        strideHeight: axes.stride.0, strideWidth: axes.stride.1, dilationHeight: axes.dilation.0,
        dilationWidth: axes.dilation.1, padTop: axes.pad.0, padLeft: axes.pad.1, activation: activation),
      reads: [x, packed, r], writes: [y])
  }

  /// The window on rows and columns; a single spatial axis is the columns' axis.
  private var planeAxes: (kernel: (Int32, Int32), stride: (Int32, Int32), dilation: (Int32, Int32), pad: (Int32, Int32))
  {
    let window = geometry.window
    func pair(_ values: [Int], _ single: Int32) -> (Int32, Int32) {
      let numbers = values.map { Int32(clamping: $0) }
      return numbers.count == 1 ? (single, numbers[0]) : (numbers[0], numbers[1])
    }
    return (
      pair(window.kernel, 1), pair(window.stride, 1), pair(window.dilation, 1), pair(window.padBegin, 0)
    )
  }

  /// Packed weights, with narrow groups joined until they fill a panel.
  ///
  /// A group with fewer outputs than a panel has columns leaves the rest of the panel idle. Joined groups cost the same
  /// arithmetic (zeros where an output does not see an input) in fewer, longer runs of the kernel.
  private func mergedGroups(panel: Int) -> (groups: Int, packed: Tensor) {
    let (groups, columns, depth, taps) = (geometry.groups, geometry.columns, geometry.depth, geometry.window.taps)
    let join = (1...groups).last { groups % $0 == 0 && $0 * columns <= panel } ?? 1
    var dense = weights
    if join > 1 {
      dense = [Float](repeating: 0, count: geometry.outputChannels * join * depth * taps)
      for m in 0..<geometry.outputChannels {
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
    return (groups / join, PackedWeights.gemm(dense, groups: layouts, panel: panel, bias: bias))
  }
}

extension LoweredView {
  /// `[N, C, L]` or `[N, C, H, W]` as `[N, H, W, C]`; a lone channel counts as having stride 1.
  var pixels: LoweredView {
    let view = (rank == 3 ? inserting(axis: 2) : self).permuted([0, 2, 3, 1])
    guard view.shape[3] == 1 else { return view }
    return LoweredView(
      buffer: view.buffer, type: view.type, shape: view.shape, strides: Array(view.strides[..<3]) + [1],
      offset: view.offset)
  }
}
