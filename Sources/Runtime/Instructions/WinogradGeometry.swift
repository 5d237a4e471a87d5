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

  /// Transforms channels of tiles of a padded image to one matrix `[tiles][channels]` for each element, `step` apart.
  func transformInput(
    _ tiles: Range<Int>, of input: TensorView, channels: Range<Int>, pad: (top: Int, left: Int),
    to target: UnsafeMutablePointer<Float>, kernels: UnsafePointer<ek_kernels>
  ) {
    guard let kernel = kernels.pointee.f32_winograd_input else { return }
    let side = tile + 2
    var place = ek_winograd_tile()
    place.row_step = input.stride(1)
    place.column_step = input.stride(2)
    let source = input.pointer(as: Float.self) + channels.lowerBound
    for index in tiles {
      let position = position(index)
      let (y, x) = (position.row - pad.top, position.column - pad.left)
      place.first_row = Int32(min(side, max(0, -y)))
      place.end_row = Int32(min(side, max(0, input.extent(1) - y)))
      place.first_column = Int32(min(side, max(0, -x)))
      place.end_column = Int32(min(side, max(0, input.extent(2) - x)))
      let offset = position.image * input.stride(0) + y * input.stride(1) + x * input.stride(2)
      kernel(
        Int32(tile), &place, channels.count, source + offset,
        target + (index - tiles.lowerBound) * channels.count, step(channels.count))
    }
  }

  /// Transforms channels of tiles of an output's derivative to matrices as `transformInput` does.
  func transformGradient(
    _ tiles: Range<Int>, of gradient: TensorView, channels: Range<Int>, to target: UnsafeMutablePointer<Float>,
    kernels: UnsafePointer<ek_kernels>
  ) {
    guard let kernel = kernels.pointee.f32_winograd_output_adjoint else { return }
    var place = ek_winograd_tile()
    place.row_step = gradient.stride(1)
    place.column_step = gradient.stride(2)
    let source = gradient.pointer(as: Float.self) + channels.lowerBound
    for index in tiles {
      let (image, y, x) = position(index)
      place.end_row = Int32(min(tile, gradient.extent(1) - y))
      place.end_column = Int32(min(tile, gradient.extent(2) - x))
      let offset = image * gradient.stride(0) + y * gradient.stride(1) + x * gradient.stride(2)
      kernel(
        Int32(tile), &place, channels.count, source + offset,
        target + (index - tiles.lowerBound) * channels.count, step(channels.count))
    }
  }
}
