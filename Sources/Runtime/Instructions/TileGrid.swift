import CKernels

/// An image in tiles of 4 x 4 pixels: a float32 tensor `[channels, 16, plane]`, contiguous (`ek_tile_grid`).
package struct TileGrid: BitwiseCopyable, Sendable {
  /// Lines of tiles.
  package let rows: Int
  /// Tiles of a line.
  package let columns: Int
  /// Tiles in a vector: a group.
  package let lanes: Int

  /// Side of a tile in pixels.
  package static var side: Int { 4 }
  /// Pixels of a tile.
  package static var pixels: Int { side * side }
  /// Lines or columns of tiles at most.
  static var limit: Int32 { 1 << 14 }

  package init(rows: Int, columns: Int, lanes: Int) {
    self.rows = rows
    self.columns = columns
    self.lanes = lanes
  }

  /// Groups of tiles.
  package var groups: Int { (rows * columns + lanes - 1) / lanes }
  /// Floats of one channel's pixel in all tiles.
  package var plane: Int { groups * lanes }
  /// The tensor's shape.
  package func shape(channels: Int) -> [Int] { [channels, TileGrid.pixels, plane] }

  var kernelGrid: ek_tile_grid { ek_tile_grid(rows: rows, columns: columns, plane: plane) }
}

extension PlanValidator {
  /// The grid of an instruction's fields.
  /// - Throws: where the plan's instruction set has no kernels for images in tiles, or there are none or too many tiles.
  func tileGrid(rows: Int32, columns: Int32) throws(PlanError) -> TileGrid {
    guard let kernels, kernels.pointee.tile_lanes > 0 else {
      throw .unsupported(
        reason: "instruction \(position) has images in tiles, which the instruction set has no kernels for")
    }
    try require(
      (1...TileGrid.limit).contains(rows) && (1...TileGrid.limit).contains(columns),
      "there are no tiles, or too many")
    return TileGrid(rows: Int(rows), columns: Int(columns), lanes: kernels.pointee.tile_lanes)
  }

  /// Throws unless a tensor is an image in these tiles.
  func requireTiles(_ view: PlanOperand, _ grid: TileGrid) throws(PlanError) {
    try require(
      view.type == .float32 && view.rank == 3 && view.isContiguous && view.extent(0) >= 1
        && view.extent(1) == TileGrid.pixels && view.extent(2) == grid.plane, "an image does not have its grid's tiles")
  }
}
