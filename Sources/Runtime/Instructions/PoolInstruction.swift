import CKernels

/// Maximum, average or Lp pooling over one to three spatial axes. Views are logical NCHW with any strides.
///
/// The fast path is float32, two spatial axes, channel stride 1 in input and output (NHWC memory).
package struct PoolInstruction: PlanInstruction {
  package static var opcode: Opcode { .pool }

  /// Raw value of `PoolKind`.
  package var kind: Int32
  /// `[N, C, spatial...]`.
  package var input: TensorID
  /// `[N, C, spatial...]`.
  package var output: TensorID
  /// Maximum only: int64 positions in the flattened logical NCHW input, or none.
  package var indices: TensorID
  /// 0: indices count the last axis fastest; 1: the first spatial axis fastest (ONNX storage_order).
  package var indexOrder: Int32
  /// Number of spatial axes, 1 to 3.
  package var spatialRank: Int32
  /// Taps along each spatial axis (unused lanes 1).
  package var kernel: SIMD4<Int32>
  /// Distance between neighbouring outputs.
  package var stride: SIMD4<Int32>
  /// Distance between neighbouring taps.
  package var dilation: SIMD4<Int32>
  /// Padding before the first element of each spatial axis.
  package var padBegin: SIMD4<Int32>
  /// Padding after the last element; bounds what `countIncludePad` counts.
  package var padEnd: SIMD4<Int32>
  /// Average only: 1 to divide by taps that lie in the padding too.
  package var countIncludePad: Int32
  /// Lp only: p.
  package var exponent: Int32

  package init(
    kind: Int32, input: TensorID, output: TensorID, indices: TensorID, indexOrder: Int32, spatialRank: Int32,
    kernel: SIMD4<Int32>, stride: SIMD4<Int32>, dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>,
    padEnd: SIMD4<Int32>, countIncludePad: Int32, exponent: Int32
  ) {
    self.kind = kind
    self.input = input
    self.output = output
    self.indices = indices
    self.indexOrder = indexOrder
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
    self.padEnd = padEnd
    self.countIncludePad = countIncludePad
    self.exponent = exponent
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    guard let kind = PoolKind(rawValue: kind) else {
      throw .malformed(reason: "instruction \(plan.position): unknown kind of pooling")
    }
    let spatial = Int(spatialRank)
    try plan.require(
      (1...3).contains(spatial) && input.rank == spatial + 2 && output.rank == spatial + 2,
      "input and output of a pooling have the wrong number of axes")
    try plan.require(
      input.type == output.type && input.extent(0) == output.extent(0) && input.extent(1) == output.extent(1),
      "input and output of a pooling do not fit")
    switch input.type {
    case .float32, .float64: break
    case .int8, .uint8: try plan.require(kind == .maximum, "integers are pooled by their maximum only")
    default: try plan.require(false, "pooling of this type is not supported")
    }
    if let indices = try plan.optionalOperand(indices, "indices") {
      _ = try plan.result(self.indices, "indices")
      try plan.requireSameShape(indices, output)
      try plan.require(
        indices.type == .int64 && kind == .maximum, "indices are int64, and of a maximum")
    }
    var taps = 1
    for axis in 0..<3 {
      let window = axis < spatial ? window(axis, input.shape, output.shape) : PoolInstruction.unusedAxis
      try plan.require(
        window.isSound && padEnd[axis] >= 0 && padEnd[axis] <= WindowAxis.limit,
        "kernel, stride, dilation or padding of a pooling is out of range")
      taps = min(taps * window.taps, 1 << 24)
    }
    try plan.require(taps < 1 << 24, "the window of a pooling is too large")
    try plan.require(kind != .lp || exponent >= 1, "the exponent of a pooling is not positive")
  }

  private static let unusedAxis = WindowAxis(input: 1, output: 1, taps: 1, stride: 1, dilation: 1, padding: 0)

  private func window(_ axis: Int, _ input: SIMD8<Int32>, _ output: SIMD8<Int32>) -> WindowAxis {
    WindowAxis(
      input: Int(input[axis + 2]), output: Int(output[axis + 2]), taps: kernel[axis], stride: stride[axis],
      dilation: dilation[axis], padding: padBegin[axis])
  }

  /// Pointers to the taps of one window.
  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard spatialRank == 2, let input = try? plan.operand(input, "input") else { return 0 }
    return 8 * min(Int(kernel[0]), input.extent(2)) * min(Int(kernel[1]), input.extent(3))
  }

  private var windowTaps: Int {
    var taps = 1
    for axis in 0..<Int(spatialRank) { taps *= Int(kernel[axis]) }
    return taps
  }

  /// Tasks are ranges of (image, first spatial axis of the output).
  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let output = context.view(output)
    let (operations, overflow) = output.elementCount.multipliedReportingOverflow(by: windowTaps)
    return Runtime.taskCount(
      units: output.extent(0) * output.extent(2), operations: overflow ? .max : operations,
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    guard let kind = PoolKind(rawValue: kind), output.elementCount > 0 else { return }
    let lines = taskRange(task, of: count, output.extent(0) * output.extent(2))
    let hasNeighbours = input.stride(1) == 1 && output.stride(1) == 1
    if input.type == .float32, spatialRank == 2, hasNeighbours, !indices.isPresent, kind != .lp {
      runPixels(kind, lines, input, output, context.scratch(worker: worker), context)
      return
    }
    let unused = PoolInstruction.unusedAxis
    let loop = PoolLoop(
      axes: (
        window(0, input.shape, output.shape), spatialRank > 1 ? window(1, input.shape, output.shape) : unused,
        spatialRank > 2 ? window(2, input.shape, output.shape) : unused
      ), padEnd: padEnd, countsPadding: countIncludePad != 0, firstAxisFastest: indexOrder != 0,
      exponent: Int(exponent), input: input, output: output, indices: context.optionalView(indices))
    switch (kind, input.type) {
    case (.maximum, .float32): loop.runMaximum(lines, as: Float.self)
    case (.maximum, .float64): loop.runMaximum(lines, as: Double.self)
    case (.maximum, .int8): loop.runMaximum(lines, as: Int8.self)
    case (.maximum, .uint8): loop.runMaximum(lines, as: UInt8.self)
    case (.average, .float32): loop.runAverage(lines, as: Float.self)
    case (.average, .float64): loop.runAverage(lines, as: Double.self)
    case (.lp, .float32): loop.runNorm(lines, as: Float.self)
    case (.lp, .float64): loop.runNorm(lines, as: Double.self)
    default: break
    }
  }

  /// The fast path: float32, two spatial axes, channels are neighbours; a kernel call a pixel.
  private func runPixels(
    _ kind: PoolKind, _ lines: Range<Int>, _ input: TensorView, _ output: TensorView,
    _ scratch: UnsafeMutableRawPointer, _ context: ExecutionContext
  ) {
    guard let maximum = context.kernels.pointee.f32_maxpool, let average = context.kernels.pointee.f32_avgpool else {
      return
    }
    let (vertical, horizontal) = (window(0, input.shape, output.shape), window(1, input.shape, output.shape))
    let pointers = scratch.assumingMemoryBound(to: UnsafePointer<Float>.self)
    let (height, channels) = (output.extent(2), output.extent(1))
    for line in lines {
      let (image, y) = (line / height, line % height)
      let source = input.pointer(as: Float.self) + image * input.stride(0)
      let rows = vertical.taps(of: y)
      let rowsCounted = countIncludePad != 0 ? vertical.countedTaps(of: y, padEnd: Int(padEnd[0])) : rows.count
      for x in 0..<horizontal.output {
        let target =
          output.pointer(as: Float.self) + image * output.stride(0) + y * output.stride(2) + x * output.stride(3)
        let columns = horizontal.taps(of: x)
        var taps = 0
        for v in rows {
          let row = source + (vertical.origin(y) + v * vertical.dilation) * input.stride(2)
          for u in columns {
            pointers[taps] = UnsafePointer(
              row + (horizontal.origin(x) + u * horizontal.dilation) * input.stride(3))
            taps += 1
          }
        }
        if kind == .average {
          let counted =
            rowsCounted
            * (countIncludePad != 0 ? horizontal.countedTaps(of: x, padEnd: Int(padEnd[1])) : columns.count)
          average(channels, taps, pointers, 1 / Float(max(counted, 1)), target)
        } else if taps > 0 {
          maximum(channels, taps, pointers, target)
        } else {
          target.update(repeating: -.infinity, count: channels)
        }
      }
    }
  }
}

extension WindowAxis {
  /// Taps of an output that lie inside the input or its padding.
  func countedTaps(of output: Int, padEnd: Int) -> Int {
    max(0, min(taps, (input + padEnd - 1 - origin(output)) / dilation + 1))
  }
}
