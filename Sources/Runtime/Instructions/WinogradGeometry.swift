import CKernels

/// How the outputs of a Winograd convolution are cut into tiles, and tiles into blocks that fit the second-level cache.
struct WinogradGeometry: BitwiseCopyable {
  private let tile: Int
  private let rows: Int
  private let columns: Int
  /// Tiles in all.
  let count: Int
  private let blockTiles: Int
  private let depth: Int
  private let outputs: Int

  /// Bytes that a block's transformed inputs and products may take.
  private static let blockBytes = 400 << 10

  /// - Parameters:
  ///   - tile: Side of a tile: 4 or 2.
  ///   - output: `[N, Hout, Wout, Cout]`.
  ///   - depth: Input channels of a block.
  ///   - outputs: Output channels of a block.
  init(tile: Int, output: SIMD8<Int32>, depth: Int, outputs: Int) {
    self.tile = tile
    rows = (Int(output[1]) + tile - 1) / tile
    columns = (Int(output[2]) + tile - 1) / tile
    count = Int(output[0]) * rows * columns
    self.depth = depth
    self.outputs = outputs
    let tileBytes = 4 * (tile + 2) * (tile + 2) * (depth + outputs)
    // Multiples of 12 are whole tiles of most matrix kernels.
    blockTiles = max(24, min(48, WinogradGeometry.blockBytes / tileBytes / 12 * 12))
  }

  /// Elements of a transformed tile.
  var elements: Int { (tile + 2) * (tile + 2) }

  /// The least number of blocks.
  var blocks: Int { (count + blockTiles - 1) / blockTiles }

  /// The tiles of one of `blocks` or more blocks.
  func tiles(ofBlock block: Int, of blocks: Int) -> Range<Int> { taskRange(block, of: blocks, count) }

  /// A tile's image and first output pixel.
  func position(_ index: Int) -> (image: Int, row: Int, column: Int) {
    let line = index / columns
    return (line / rows, line % rows * tile, index % columns * tile)
  }

  /// Floats from one element's matrix to the next one's: an odd number of cache lines, so that the same tile of all
  /// matrices, which a transform walks through, lies in different sets of the cache.
  func step(_ channels: Int) -> Int { ((blockTiles * channels + 15) / 16 | 1) * 16 }

  /// Floats of a block's transformed inputs.
  var inputFloats: Int { elements * step(depth) }
  /// Floats of a block's products, or of its transformed derivatives.
  var outputFloats: Int { elements * step(outputs) }

  /// A tile's place in a padded input, and the elements from the input's base to its first, which may lie outside.
  func inputPlace(
    _ index: Int, of input: TensorView, pad: (top: Int, left: Int)
  ) -> (place: ek_winograd_tile, offset: Int) {
    let (side, position) = (tile + 2, position(index))
    let (y, x) = (position.row - pad.top, position.column - pad.left)
    let place = ek_winograd_tile(
      first_row: Int32(min(side, max(0, -y))), end_row: Int32(min(side, max(0, input.extent(1) - y))),
      first_column: Int32(min(side, max(0, -x))), end_column: Int32(min(side, max(0, input.extent(2) - x))),
      row_step: input.stride(1), column_step: input.stride(2))
    return (place, position.image * input.stride(0) + y * input.stride(1) + x * input.stride(2))
  }

  /// How much of a tile lies in an output.
  func outputPlace(_ index: Int, in output: TensorView) -> ek_winograd_tile {
    let (_, y, x) = position(index)
    return ek_winograd_tile(
      first_row: 0, end_row: Int32(min(tile, output.extent(1) - y)), first_column: 0,
      end_column: Int32(min(tile, output.extent(2) - x)), row_step: output.stride(1), column_step: output.stride(2))
  }

  /// Elements from a view's base to a tile's first pixel.
  func offset(_ index: Int, in view: TensorView) -> Int {
    let (image, y, x) = position(index)
    return image * view.stride(0) + y * view.stride(1) + x * view.stride(2)
  }

  /// Transforms channels of tiles of a padded image to one matrix `[tiles][channels]` for each element, `step` apart.
  func transformInput(
    _ tiles: Range<Int>, of input: TensorView, channels: Range<Int>, pad: (top: Int, left: Int),
    to target: UnsafeMutablePointer<Float>, kernels: UnsafePointer<ek_kernels>
  ) {
    guard let kernel = kernels.pointee.f32_winograd_input else { return }
    let source = input.pointer(as: Float.self) + channels.lowerBound
    for index in tiles {
      let tilePlace = inputPlace(index, of: input, pad: pad)
      var place = tilePlace.place
      kernel(
        Int32(tile), &place, channels.count, source + tilePlace.offset,
        target + (index - tiles.lowerBound) * channels.count, step(channels.count))
    }
  }

  /// Transforms channels of tiles of an output's derivative to matrices as `transformInput` does.
  func transformGradient(
    _ tiles: Range<Int>, of gradient: TensorView, channels: Range<Int>, to target: UnsafeMutablePointer<Float>,
    kernels: UnsafePointer<ek_kernels>
  ) {
    guard let kernel = kernels.pointee.f32_winograd_output_adjoint else { return }
    let source = gradient.pointer(as: Float.self) + channels.lowerBound
    for index in tiles {
      var place = outputPlace(index, in: gradient)
      kernel(
        Int32(tile), &place, channels.count, source + offset(index, in: gradient),
        target + (index - tiles.lowerBound) * channels.count, step(channels.count))
    }
  }
}
