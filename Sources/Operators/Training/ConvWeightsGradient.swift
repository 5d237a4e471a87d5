import CKernels
import Graph
import Runtime

/// The derivative of a convolution by its weights: X `[N, Cin, spatial...]`, dY `[N, Cout, spatial...]` -> dW
/// `[Cout, Cin / group, kernel...]`.
///
/// Attributes are those of Conv; `kernel_shape` must be given.
package struct ConvWeightsGradient: Operator {
  package static let name = "ConvWeightsGradient"

  private let window: SlidingWindow
  private let groups: Int
  private let kernel: [Int]

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    groups = try node.int("group", default: 1)
    kernel = try window.requiredKernel()
  }

  private func geometry(_ x: [Int], _ dy: [Int]) throws(OperatorError) -> ConvolutionGeometry {
    guard dy.count >= 2, x.count >= 2, groups >= 1 else {
      throw .invalid("X is \(Shape.text(x)), dY \(Shape.text(dy)) in \(groups) groups")
    }
    let geometry = try ConvolutionGeometry(
      input: x, weights: [dy[1], x[1] / groups] + kernel, bias: nil, groups: groups, window: window)
    guard geometry.outputShape == dy else {
      throw .invalid("the derivative is \(Shape.text(dy)), the result was \(Shape.text(geometry.outputShape))")
    }
    return geometry
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let dy = try operands.required(1, "dY", types: [x.type])
    return [ValueInfo(type: x.type, shape: try geometry(x.shape, dy.shape).weightsShape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, dy) = (try operands.required(0), try operands.required(1))
    let geometry = try geometry(x.shape, dy.shape)
    let dw = geometry.weightsGradient(x.doubles, dy.doubles)
    return [Tensor(type: x.type, shape: geometry.weightsShape, doubles: dw)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let dy = try plan.widened(plan.operand(node, 1))
    let geometry = try geometry(x.shape, dy.shape)
    let dw = try plan.firstResult(node, order: .channelsLast)
    if dw.elementCount == 0 { return }
    let work = try plan.workspace(for: dw, order: .channelsLast)
    if x.type == .float32, PackedConvolution.accepts(dw.shape) {
      let convolution = PackedConvolution(geometry, .constant([], bias: []))
      let (x, dy) = (try plan.channelsLast(x).pixels, try plan.channelsLast(dy).pixels)
      // [Cout, kernel rows, kernel columns, Cin / groups]
      let filters = (work.rank == 3 ? work.inserting(axis: 2) : work).permuted([0, 2, 3, 1])
      if convolution.isDepthwise {
        try plan.depthwiseWeightsGradient(x, dy, to: filters.removing(axis: 3).permuted([1, 2, 0]), convolution)
      } else {
        try plan.weightsGradient(x, dy, to: filters, convolution)
      }
    } else {
      lowerDirect(x, dy, to: work, geometry.window, into: &plan)
    }
    plan.deliver(work, to: dw)
  }

  /// A convolution of the input with the output's derivative as its weights: channels are images, images are channels,
  /// strides and dilations change places. Group by group; for float64 and three spatial axes.
  private func lowerDirect(
    _ x: LoweredView, _ dy: LoweredView, to dw: LoweredView, _ window: WindowGeometry, into plan: inout Lowering
  ) {
    let (depth, columns) = (x.shape[1] / groups, dy.shape[1] / groups)
    let swapped = [1, 0] + (2..<x.rank)
    for group in 0..<groups {
      let input = x.sliced(axis: 1, start: group * depth, count: depth).permuted(swapped)
      let weights = dy.sliced(axis: 1, start: group * columns, count: columns).permuted(swapped)
      let output = dw.sliced(axis: 0, start: group * columns, count: columns).permuted(swapped)
      plan.emit(
        DirectConvolutionInstruction(
          input: plan.id(input), weights: plan.id(weights), bias: .none, output: plan.id(output), groups: 1,
          spatialRank: Int32(window.rank), kernel: WindowGeometry.lanes(window.output, unused: 1),
          stride: window.dilationLanes, dilation: window.strideLanes, padBegin: window.padBeginLanes),
        reads: [input, weights], writes: [output])
    }
  }
}

extension Lowering {
  /// Emits `filters[co][v][u][ci] = sum over pixels of dy[pixel][co] * x[tap (v, u) of the pixel][ci]` for views
  /// `[N, H, W, C]` with channel stride 1.
  mutating func weightsGradient(
    _ x: LoweredView, _ dy: LoweredView, to filters: LoweredView, _ convolution: PackedConvolution
  ) throws(OperatorError) {
    let tile = convolution.winogradGradientTile(dy.shape)
    let chunks = weightsGradientChunks(dy, convolution, tile)
    let isDirect = chunks == 1 && filters.isContiguous
    let sums =
      isDirect ? filters.inserting(axis: 0) : try temporary(type: .float32, shape: [chunks] + filters.shape)
    if let tile {
      emit(
        WinogradWeightsGradientInstruction(
          input: id(x), gradient: id(dy), output: id(sums), tile: Int32(tile), padTop: convolution.pad.0,
          padLeft: convolution.pad.1),
        reads: [x, dy], writes: [sums])
    } else {
      emit(
        ConvolutionWeightsGradientInstruction(
          input: id(x), gradient: id(dy), output: id(sums), groups: Int32(clamping: convolution.groups),
          strideHeight: convolution.stride.0, strideWidth: convolution.stride.1,
          dilationHeight: convolution.dilation.0, dilationWidth: convolution.dilation.1, padTop: convolution.pad.0,
          padLeft: convolution.pad.1),
        reads: [x, dy], writes: [sums])
    }
    if !isDirect { addChunks(sums, to: filters) }
  }

  private func weightsGradientChunks(_ dy: LoweredView, _ convolution: PackedConvolution, _ tile: Int?) -> Int {
    if let tile {
      return WinogradWeightsGradientInstruction.chunks(tile: tile, output: dy.shape, depth: convolution.depth)
    }
    var (tileRows, panel, block) = (0, 0, 0)
    _ = ek_tile_for(isa, &tileRows, &panel, &block)
    return ConvolutionWeightsGradientInstruction.chunks(
      pixels: dy.shape[0] * dy.shape[1] * dy.shape[2], groups: convolution.groups, depth: convolution.depth,
      outputs: convolution.columns, tileRows: tileRows)
  }

  /// The same for a depthwise convolution; `filters` is `[kernel rows, kernel columns, C]`.
  mutating func depthwiseWeightsGradient(
    _ x: LoweredView, _ dy: LoweredView, to filters: LoweredView, _ convolution: PackedConvolution
  ) throws(OperatorError) {
    let chunks = DepthwiseWeightsGradientInstruction.chunks(images: dy.shape[0], channels: convolution.groups)
    let sums = try temporary(type: .float32, shape: [chunks] + filters.shape)
    emit(
      DepthwiseWeightsGradientInstruction(
        input: id(x), gradient: id(dy), output: id(sums), strideHeight: convolution.stride.0,
        strideWidth: convolution.stride.1, dilationHeight: convolution.dilation.0,
        dilationWidth: convolution.dilation.1, padTop: convolution.pad.0, padLeft: convolution.pad.1),
      reads: [x, dy], writes: [sums])
    addChunks(sums, to: filters)
  }

  /// Emits `result[i, j] = sum over k of a[k, i] * b[k, j]` for matrices of float32 with column stride 1: the weights
  /// gradient of a 1 x 1 convolution over one row of pixels.
  mutating func transposedProduct(
    _ a: LoweredView, _ b: LoweredView, to result: LoweredView
  ) throws(OperatorError) {
    func row(_ matrix: LoweredView) -> LoweredView { matrix.inserting(axis: 0).inserting(axis: 0) }
    let product = PackedConvolution(depth: b.shape[1], columns: a.shape[1])
    try weightsGradient(row(b), row(a), to: result.inserting(axis: 1).inserting(axis: 1), product)
  }

  /// Adds what chunks have summed.
  private mutating func addChunks(_ sums: LoweredView, to result: LoweredView) {
    let target = result.inserting(axis: 0)
    emit(
      ReduceInstruction(function: ReduceFunction.sum.rawValue, input: id(sums), output: id(target), axes: 1),
      reads: [sums], writes: [target])
  }
}
