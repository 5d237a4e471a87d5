import Graph
import Runtime

/// A value `[1, C, H, W]` in tiles (`TileGrid`).
struct TiledImage {
  let view: LoweredView
  let grid: TileGrid
}

extension Lowering {
  /// The tiles of an image `[1, C, H, W]`; nil for other shapes, and where the instruction set has no kernels for tiles.
  func tileGrid(_ shape: [Int]) -> TileGrid? {
    guard tileLanes > 0, shape.count == 4, shape[0] == 1, shape.allSatisfy({ $0 > 0 }), shape[2] % TileGrid.side == 0,
      shape[3] % TileGrid.side == 0, max(shape[2], shape[3]) <= 1 << 14
    else { return nil }
    return TileGrid(rows: shape[2] / TileGrid.side, columns: shape[3] / TileGrid.side, lanes: tileLanes)
  }

  /// Whether an operand is in tiles already.
  func isTiled(_ node: Node, _ position: Int) -> Bool { node.input(position).map { tiled[$0] != nil } ?? false }

  /// An operand `[1, C, H, W]` in tiles, brought into their order where it is not; nil where it is left out.
  mutating func tiledOperand(
    _ node: Node, _ position: Int, _ grid: TileGrid
  ) throws(OperatorError) -> TiledImage? {
    guard let value = node.input(position) else { return nil }
    if let image = tiled[value] { return image }
    guard let pixels = try optionalOperand(node, position) else { return nil }
    let source = try channelsLast(pixels)
    let image = try tiledImage(channels: source.shape[1], grid)
    emit(
      TileOrderInstruction(
        input: id(source.pixels), output: id(image.view), tileRows: Int32(grid.rows), tileColumns: Int32(grid.columns),
        makesTiles: true), reads: [source], writes: [image.view])
    tiled[value] = image
    return image
  }

  /// New memory for an image in tiles.
  mutating func tiledImage(channels: Int, _ grid: TileGrid) throws(OperatorError) -> TiledImage {
    TiledImage(view: try temporary(type: .float32, shape: grid.shape(channels: channels)), grid: grid)
  }

  /// Brings an image into the order of pixels: `[1, C, H, W]` with channels innermost.
  mutating func emitPixels(of image: TiledImage, to view: LoweredView) {
    emit(
      TileOrderInstruction(
        input: id(image.view), output: id(view.pixels), tileRows: Int32(image.grid.rows),
        tileColumns: Int32(image.grid.columns), makesTiles: false), reads: [image.view], writes: [view])
  }
}
