import Graph
import Runtime

/// A value `[1, C, H, W]` in tiles (`TileGrid`).
struct TiledImage {
  let view: LoweredView
  let grid: TileGrid

  /// Whether `TilePhasesInstruction` makes its phases in a grid of half the sides.
  func hasPhases(_ half: TileGrid) -> Bool {
    grid.block == 1 && half.block == 1 && (grid.rows, grid.columns) == (2 * half.rows, 2 * half.columns)
  }
}

/// An image `[1, C, H, W]` that is another one with channels of zeros before and after.
struct PaddedChannels {
  let view: LoweredView
  let before: Int
  let after: Int
  /// Whose every other line and pixel the other one is, if that lies in tiles.
  let whole: TiledImage?
}

extension Lowering {
  /// The tiles of an image `[1, C, H, W]`; nil for other shapes, and where the instruction set has no kernels for tiles.
  func tileGrid(_ shape: [Int]) -> TileGrid? {
    guard tileLanes > 0, shape.count == 4, shape[0] == 1, shape.allSatisfy({ $0 > 0 }), shape[2] % TileGrid.side == 0,
      shape[3] % TileGrid.side == 0
    else { return nil }
    let (rows, columns) = (shape[2] / TileGrid.side, shape[3] / TileGrid.side)
    return max(rows, columns) <= TileGrid.limit ? TileGrid(rows: rows, columns: columns, lanes: tileLanes) : nil
  }

  /// Whether an operand is in tiles already.
  func isTiled(_ node: Node, _ position: Int) -> Bool { node.input(position).map { tiled[$0] != nil } ?? false }

  /// Whether anything reads a node's result that is no 3 x 3 convolution with a result of the same sides.
  func isReadInPixels(_ node: Node, spatial: ArraySlice<Int>) -> Bool {
    isRead(node.output(0)) { reader in
      !isThreeByThree(reader) || reader.output(0).flatMap { infos[$0] }?.shape.suffix(2) != spatial
    }
  }

  /// Whether anything else reads a node's operand in pixels: no 3 x 3 convolution, and no slice, such as a shortcut's.
  func isReadInPixels(_ node: Node, _ position: Int) -> Bool {
    isRead(node.input(position)) { reader in reader.op != Slice.name && !isThreeByThree(reader) }
  }

  /// Whether a value is a result of the network, read by nothing, or by a node of some kind.
  private func isRead(_ value: ValueID?, by isOfKind: (Node) -> Bool) -> Bool {
    guard let value, let readers = consumers[value], !graph.outputs.contains(value) else { return true }
    return readers.contains { isOfKind(graph.nodes[$0]) }
  }

  private func isThreeByThree(_ node: Node) -> Bool {
    node.op == Conv.name && node.input(1).flatMap { infos[$0] }?.shape.suffix(2) == [3, 3]
  }

  /// An operand `[1, C, H, W]` in tiles, brought into their order where it is not; nil where it is left out.
  mutating func tiledOperand(
    _ node: Node, _ position: Int, _ grid: TileGrid
  ) throws(OperatorError) -> TiledImage? {
    guard let value = node.input(position) else { return nil }
    if let image = tiled[value] { return image }
    let padded: PaddedChannels
    if let known = paddedChannels[value] {
      padded = known
    } else {
      padded = PaddedChannels(
        view: try operand(node, position), before: 0, after: 0, whole: tiledHalves[value])
    }
    if let whole = padded.whole, whole.hasPhases(grid) {
      let image = try phases(of: whole, 1, in: grid, before: padded.before, after: padded.after)
      tiled[value] = image
      return image
    }
    let source = try channelsLast(padded.view)
    let image = try tiledImage(channels: padded.before + source.shape[1] + padded.after, grid)
    emit(
      TileOrderInstruction(
        input: id(source.pixels), output: id(image.view), tileRows: Int32(grid.rows), tileColumns: Int32(grid.columns),
        makesTiles: true, channelsBefore: Int32(padded.before), channelsAfter: Int32(padded.after)),
      reads: [source], writes: [image.view])
    tiled[value] = image
    return image
  }

  /// All four phases of an image in tiles, or the even lines' even pixels alone, in the tiles of an image of half its sides.
  mutating func phases(
    of whole: TiledImage, _ count: Int, in grid: TileGrid, before: Int = 0, after: Int = 0
  ) throws(OperatorError) -> TiledImage {
    let image = try tiledImage(channels: before + count * whole.view.shape[0] + after, grid)
    emit(
      TilePhasesInstruction(
        input: id(whole.view), output: id(image.view), tileRows: Int32(grid.rows), tileColumns: Int32(grid.columns),
        phases: Int32(count), channelsBefore: Int32(before), channelsAfter: Int32(after)),
      reads: [whole.view], writes: [image.view])
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
