import Graph
import Runtime

/// The derivative of a convolution by its input: dY `[N, Cout, spatial...]`, W `[Cout, Cin / group, kernel...]` -> dX.
///
/// Attributes are those of Conv, and `input_shape`, all extents of its input.
package struct ConvDataGradient: Operator {
  package static let name = "ConvDataGradient"

  private let window: SlidingWindow
  private let groups: Int
  private let inputShape: [Int]

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    groups = try node.int("group", default: 1)
    guard let shape = try node.ints("input_shape"), shape.allSatisfy({ $0 >= 0 }) else {
      throw .invalid("attribute 'input_shape' is missing or has a negative extent")
    }
    inputShape = try Shape.checked(shape)
  }

  private func geometry(_ dy: [Int], _ w: [Int]) throws(OperatorError) -> ConvolutionGeometry {
    let geometry = try ConvolutionGeometry(input: inputShape, weights: w, bias: nil, groups: groups, window: window)
    guard geometry.outputShape == dy else {
      throw .invalid("the derivative is \(Shape.text(dy)), the result was \(Shape.text(geometry.outputShape))")
    }
    return geometry
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let dy = try operands.required(0, "dY", types: .floatingPoint)
    let w = try operands.required(1, "W", types: [dy.type])
    _ = try geometry(dy.shape, w.shape)
    return [ValueInfo(type: dy.type, shape: inputShape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (dy, w) = (try operands.required(0), try operands.required(1))
    let dx = try geometry(dy.shape, w.shape).dataGradient(dy.doubles, w.doubles)
    return [Tensor(type: dy.type, shape: inputShape, doubles: dx)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let dy = try plan.widened(plan.operand(node, 0))
    let w = try plan.widened(plan.operand(node, 1))
    let geometry = try geometry(dy.shape, w.shape)
    let dx = try plan.firstResult(node, order: .channelsLast)
    if dy.type == .float32, PackedConvolution.accepts(w.shape) {
      let work = try plan.workspace(for: dx, order: .channelsLast) { $0.isChannelsLast }
      try lowerPhases(plan.channelsLast(dy).pixels, w, to: work.pixels, geometry, into: &plan)
      plan.deliver(work, to: dx)
      return
    }
    let work = try plan.workspace(for: dx, order: .channelsLast)
    let window = geometry.window
    plan.emit(
      TransposedConvolutionInstruction(
        input: plan.id(dy), weights: plan.id(w), bias: .none, output: plan.id(work), groups: Int32(clamping: groups),
        spatialRank: Int32(window.rank), kernel: window.kernelLanes, stride: window.strideLanes,
        dilation: window.dilationLanes, padBegin: window.padBeginLanes),
      reads: [dy, w], writes: [work])
    plan.deliver(work, to: dx)
  }

  /// A convolution of dY with transposed, reversed weights; with strides one for every phase of rows and columns, each
  /// with its own taps (sub-pixel convolution). Views are `[N, H, W, C]`.
  private func lowerPhases(
    _ dy: LoweredView, _ w: LoweredView, to dx: LoweredView, _ geometry: ConvolutionGeometry, into plan: inout Lowering
  ) throws(OperatorError) {
    let window = geometry.window
    let filters = w.filters(groups: groups).permuted([0, 2, 1, 3, 4])
    let rows = window.rank == 2 ? window.gradientPhases(axis: 0) : [.single]
    let columns = window.gradientPhases(axis: window.rank - 1)
    for row in rows {
      for column in columns {
        let target = row.sliced(column.sliced(dx, axis: 2), axis: 1)
        guard row.taps > 0, column.taps > 0,
          let source = row.source(dy, axis: 1).flatMap({ column.source($0, axis: 2) })
        else {
          plan.fill(target, with: plan.constant(Tensor(scalar: Float(0))))
          continue
        }
        if target.elementCount == 0 { continue }
        var kernel = PackedConvolution(
          geometry,
          .computed(row.filters(column.filters(filters, axis: 4), axis: 3), bias: nil, reversesTaps: true))
        (kernel.depth, kernel.columns) = (geometry.columns, geometry.depth)
        kernel.kernel = (Int32(clamping: row.taps), Int32(clamping: column.taps))
        kernel.stride = (1, 1)
        kernel.dilation = (Int32(clamping: row.dilation), Int32(clamping: column.dilation))
        kernel.pad = (Int32(clamping: max(0, row.padding)), Int32(clamping: max(0, column.padding)))
        if kernel.isDepthwise {
          try kernel.emitDepthwise(source, to: target, activation: .identity, into: &plan)
        } else {
          try kernel.emit(source, residual: nil, to: target, activation: .identity, into: &plan)
        }
      }
    }
  }
}

/// Inputs of a strided convolution, a stride apart, that the same taps reach: along one axis.
struct GradientPhase {
  /// The first input, their distance and how many there are.
  let start: Int
  let step: Int
  let count: Int
  /// The first tap, their distance and how many there are.
  let tap: Int
  let tapStep: Int
  let taps: Int
  /// Of the convolution of the output's gradient with the reversed taps. Negative padding leaves out as many outputs.
  let dilation: Int
  let padding: Int

  /// The axis that is not there.
  static let single = GradientPhase(start: 0, step: 1, count: 1, tap: 0, tapStep: 1, taps: 1, dilation: 1, padding: 0)

  /// The phase's part of the input's gradient.
  func sliced(_ view: LoweredView, axis: Int) -> LoweredView {
    view.sliced(axis: axis, start: start, count: count, step: step)
  }

  /// The phase's taps.
  func filters(_ view: LoweredView, axis: Int) -> LoweredView {
    view.sliced(axis: axis, start: tap, count: taps, step: tapStep)
  }

  /// The part of the output's gradient that the phase looks at; nil where that is nothing.
  func source(_ view: LoweredView, axis: Int) -> LoweredView? {
    let skipped = max(0, -padding)
    guard skipped < view.shape[axis] else { return nil }
    return view.sliced(axis: axis, start: skipped, count: view.shape[axis] - skipped)
  }
}

extension WindowGeometry {
  /// The phases along an axis: tap t of output o reaches input `o * stride + t * dilation - padBegin`, so an input is
  /// reached by the taps with one rest modulo the stride.
  func gradientPhases(axis: Int) -> [GradientPhase] {
    let (stride, dilation, padding) = (stride[axis], dilation[axis], padBegin[axis])
    var divisor = (stride, dilation)
    while divisor.1 != 0 { divisor = (divisor.1, divisor.0 % divisor.1) }
    let tapStep = stride / divisor.0
    return (0..<min(stride, input[axis])).map { start in
      let first = (0..<min(tapStep, kernel[axis])).first { (start + padding - $0 * dilation) % stride == 0 }
      let taps = first.map { (kernel[axis] - $0 + tapStep - 1) / tapStep } ?? 0
      // Reversed, the last tap comes first.
      let last = (first ?? 0) + max(0, taps - 1) * tapStep
      return GradientPhase(
        start: start, step: stride, count: (input[axis] - start + stride - 1) / stride, tap: first ?? 0,
        tapStep: tapStep, taps: taps, dilation: dilation / divisor.0,
        padding: first == nil ? 0 : (last * dilation - start - padding) / stride)
    }
  }
}
