import CKernels

extension WinogradConvolutionInstruction {
  /// A block of tiles, two at once: the last one is alone where their number is odd.
  func convolvePairs(
    block: Int, of blocks: Int, _ scratch: UnsafeMutablePointer<Float>, _ context: ExecutionContext
  ) {
    let kernels = context.kernels.pointee
    guard let gemm = kernels.f32_gemm_batch_pair else { return }
    let (input, output) = (context.view(input), context.view(output))
    let geometry = geometry(input.shape, output.shape)
    let tiles = geometry.tiles(ofBlock: block, of: blocks)
    let channels = kernels.pair_channels
    let depth = WinogradConvolutionInstruction.wholeVectors(input.extent(3), of: channels)
    let columns = WinogradConvolutionInstruction.wholeVectors(output.extent(3), of: channels)
    let (from, to) = (scratch, scratch + geometry.inputFloats)
    let (inputStep, outputStep) = (geometry.step(depth), geometry.step(columns))
    geometry.transformInputPairs(
      tiles, of: input, channels: 0..<input.extent(3), pad: (Int(padTop), Int(padLeft)), interleaved: true, to: from,
      pairStep: 2 * depth, step: inputStep, kernels: context.kernels)
    var batch = ek_gemm_batch()
    (batch.count, batch.rows) = (geometry.elements, (tiles.count + 1) / 2)
    (batch.columns, batch.depth) = (columns, input.extent(3))
    (batch.a_stride, batch.c_stride) = (2 * depth, 2 * columns)
    (batch.a_step, batch.c_step) = (inputStep, outputStep)
    batch.packed_step = columns * (1 + input.extent(3))
    gemm(&batch, from, context.view(weights).pointer(as: Float.self), to)
    transformPairs(tiles, geometry, from: to, pairStep: 2 * columns, outputStep, context)
  }

  private func transformPairs(
    _ tiles: Range<Int>, _ geometry: WinogradGeometry, from source: UnsafePointer<Float>, pairStep: Int, _ step: Int,
    _ context: ExecutionContext
  ) {
    guard let kernel = context.kernels.pointee.f32_winograd_output_pair else { return }
    let output = context.view(output)
    let residual = context.optionalView(residual)
    let (lower, upper) = activation.bounds
    let bias = context.optionalView(bias).map { UnsafePointer($0.pointer(as: Float.self)) }
    let target = output.pointer(as: Float.self)
    var residualPlace = ek_winograd_tile()
    if let residual { (residualPlace.row_step, residualPlace.column_step) = (residual.stride(1), residual.stride(2)) }
    func added(_ index: Int) -> UnsafePointer<Float>? {
      residual.map { UnsafePointer($0.pointer(as: Float.self)) + geometry.offset(index, in: $0) }
    }
    for pair in 0..<(tiles.count + 1) / 2 {
      let index = tiles.lowerBound + 2 * pair
      let isPair = index + 1 < tiles.upperBound
      var first = geometry.outputPlace(index, in: output)
      var second = isPair ? geometry.outputPlace(index + 1, in: output) : ek_winograd_tile()
      let other = isPair ? index + 1 : index
      kernel(
        tile, &first, &second, output.extent(3), source + pair * pairStep, step, bias,
        target + geometry.offset(index, in: output), target + geometry.offset(other, in: output), added(index),
        added(other), &residualPlace, lower, upper)
    }
  }
}
