import CKernels

/// An image in tiles of 4 x 4 pixels: a float32 tensor `[channels / block, 16, plane]`, contiguous (`ek_tile_grid`).
///
/// A vector has a tile in each lane, so that time is in proportion to the number of channels. Where tiles are too few to
/// fill it, it has four channels of each.
package struct TileGrid: BitwiseCopyable, Sendable {
  /// Lines of tiles.
  package let rows: Int
  /// Tiles of a line.
  package let columns: Int
  /// Lanes of a vector.
  package let lanes: Int

  /// Side of a tile in pixels.
  package static var side: Int { 4 }
  /// Pixels of a tile.
  package static var pixels: Int { side * side }
  /// Lines or columns of tiles at most.
  package static var limit: Int { 1 << 14 }

  package init(rows: Int, columns: Int, lanes: Int) {
    self.rows = rows
    self.columns = columns
    self.lanes = lanes
  }

  /// Channels side by side: four where vectors of as many tiles as lanes would be a quarter empty, else one.
  package var block: Int { 4 * rows * columns <= 3 * lanes ? 4 : 1 }
  /// Groups of tiles: what a vector holds.
  package var groups: Int { (rows * columns * block + lanes - 1) / lanes }
  /// Floats of a block's pixel in all tiles.
  package var plane: Int { groups * lanes }
  /// Blocks of so many channels.
  package func blocks(channels: Int) -> Int { (channels + block - 1) / block }
  /// The tensor's shape.
  package func shape(channels: Int) -> [Int] { [blocks(channels: channels), TileGrid.pixels, plane] }

  /// In how many parts workers share groups of tiles, and blocks of output channels.
  func parts(blocks: Int, tasks: Int) -> (tiles: Int, blocks: Int) {
    let pairs = (groups + 1) / 2
    // Even shares of whole pairs, or so many that one more does not matter; else channels, for which each transforms all
    // of the input.
    if pairs % tasks == 0 || pairs >= 4 * tasks || groups % tasks == 0 { return (tasks, 1) }
    return (1, min(tasks, blocks))
  }

  var kernelGrid: ek_tile_grid { ek_tile_grid(rows: rows, columns: columns, plane: plane, block: block) }
}

extension PlanValidator {
  /// The grid of an instruction's fields.
  /// - Throws: where the plan's instruction set has no kernels for images in tiles, or there are none or too many tiles.
  func tileGrid(rows: Int32, columns: Int32) throws(PlanError) -> TileGrid {
    guard tileLanes > 0 else {
      throw .unsupported(
        reason: "instruction \(position) has images in tiles, which the instruction set has no kernels for")
    }
    try require(
      (1...TileGrid.limit).contains(Int(rows)) && (1...TileGrid.limit).contains(Int(columns)),
      "there are no tiles, or too many")
    return TileGrid(rows: Int(rows), columns: Int(columns), lanes: tileLanes)
  }

  /// Throws unless a tensor is an image of so many channels in these tiles.
  func requireTiles(_ view: PlanOperand, channels: Int, _ grid: TileGrid) throws(PlanError) {
    try require(
      view.type == .float32 && view.rank == 3 && view.isContiguous && channels >= 1
        && view.extent(0) == grid.blocks(channels: channels) && view.extent(1) == TileGrid.pixels
        && view.extent(2) == grid.plane, "an image does not have its grid's tiles")
  }

  /// Throws unless a convolution to so many channels in tiles can end with these.
  func requireTiledEpilogue(
    bias: TensorID, residual: TensorID, activation: FusedActivation, channels: Int, _ grid: TileGrid
  ) throws(PlanError) {
    if let residual = try optionalOperand(residual, "residual") {
      try requireTiles(residual, channels: channels, grid)
    }
    try requireBias(bias, columns: channels)
    try require(activation.isClamp, "the activation of a tiled convolution does not clamp")
  }
}
