import CKernels

/// How the weights gradient of a convolution is cut: into tiles of the result, and the pixels that they sum over into
/// blocks that fit the caches. All of it follows from shapes and the instruction set, nothing from the threads.
struct WeightsGradientGeometry: BitwiseCopyable {
  let images: Int
  let groups: Int
  /// Input channels of one group.
  let depth: Int
  /// Output channels of one group.
  let outputs: Int
  let vertical: WindowAxis
  let horizontal: WindowAxis
  /// Parts of the pixels that are summed into results of their own.
  let chunks: Int
  /// The taps of a kernel row are neighbours in memory, and few channels each: they count as channels.
  let mergesTaps: Bool
  /// Whether slices of channels are copied together, as pixels lie so far apart that they would share few cache sets.
  let packsInput: Bool
  let packsGradient: Bool
  /// Of a block of pixels.
  let blockImages: Int
  let blockLines: Int

  /// Channels whose slices are worked through together: they stay in the second-level cache.
  private static let groupChannels = 128
  /// Pixels further apart than this (in floats) are copied together.
  private static let spreadChannels = 80
  /// Pixels of a block of copied slices.
  private static let packedPixels = 256

  init(
    inputShape: SIMD8<Int32>, inputStrides: SIMD8<Int32>, gradientShape: SIMD8<Int32>, gradientStrides: SIMD8<Int32>,
    tapStride: Int, groups: Int, chunks: Int, vertical: WindowAxis, horizontal: WindowAxis
  ) {
    images = Int(inputShape[0])
    self.groups = groups
    self.chunks = chunks
    depth = Int(inputShape[3]) / groups
    outputs = Int(gradientShape[3]) / groups
    self.vertical = vertical
    self.horizontal = horizontal
    mergesTaps =
      groups == 1 && horizontal.taps > 1 && horizontal.dilation == 1 && Int(inputStrides[2]) == depth
      && tapStride == depth && depth < 16 && depth != 8
    let taps = vertical.taps * horizontal.taps
    let spread = WeightsGradientGeometry.spreadChannels
    packsInput = !mergesTaps && Int(inputStrides[2]) > spread && outputs * taps > 32
    packsGradient = Int(gradientStrides[2]) > spread && depth * taps > 64
    let widest = max(Int(inputStrides[2]), Int(gradientStrides[2]), 1)
    let wanted =
      packsInput || packsGradient ? WeightsGradientGeometry.packedPixels : min(512, max(128, 8192 / widest))
    let plane = max(1, vertical.output * horizontal.output)
    blockImages = max(1, wanted / plane)
    let lines = max(1, wanted / max(1, horizontal.output))
    let parts = (vertical.output + lines - 1) / lines
    blockLines = blockImages > 1 ? vertical.output : (vertical.output + max(parts, 1) - 1) / max(parts, 1)
  }

  private var linesParts: Int { blockLines == 0 ? 0 : (vertical.output + blockLines - 1) / blockLines }

  /// Number of blocks.
  var blocks: Int { (images + blockImages - 1) / blockImages * linesParts }

  /// A block's images and lines of output pixels.
  func block(_ index: Int) -> (images: Range<Int>, lines: Range<Int>) {
    let (image, part) = (index / linesParts * blockImages, index % linesParts * blockLines)
    return (image..<min(images, image + blockImages), part..<min(vertical.output, part + blockLines))
  }

  // MARK: Tiles

  /// Columns of the result that one kernel row's taps have.
  var columns: Int { mergesTaps ? depth * horizontal.taps : depth }

  /// Neighbouring columns whose panels are worked through together.
  func channelGroups() -> Int {
    (columns + WeightsGradientGeometry.groupChannels - 1) / WeightsGradientGeometry.groupChannels
  }

  /// Tiles of rows of one group.
  func rowTiles(_ tileRows: Int) -> Int { (outputs + tileRows - 1) / tileRows }

  /// Tiles in all: group, group of channels, rows of the tile.
  func tiles(_ tileRows: Int) -> Int { groups * channelGroups() * rowTiles(tileRows) }

  /// A part of the result: its group, its columns and its rows.
  struct Tile {
    let group: Int
    let columns: Range<Int>
    let rows: Range<Int>
    /// Equal for tiles with the same columns of the same group.
    let slice: Int
  }

  func tile(_ index: Int, rows tileRows: Int, panel: Int) -> Tile {
    let rowTiles = rowTiles(tileRows)
    let channelGroups = channelGroups()
    let slice = index / rowTiles
    let panels = taskRange(slice % channelGroups, of: channelGroups, (columns + panel - 1) / panel)
    return Tile(
      group: slice / channelGroups,
      columns: panels.lowerBound * panel..<min(columns, panels.upperBound * panel),
      rows: taskRange(index % rowTiles, of: rowTiles, outputs), slice: slice)
  }

  /// Multiply-adds in all.
  var operations: Int {
    (images * vertical.output * horizontal.output).multipliedSaturating(by: depth * outputs)
      .multipliedSaturating(by: groups * vertical.taps * horizontal.taps)
  }

  /// How many chunks a gradient with so few tiles is worth, for workers to share the work.
  static func chunks(pixels: Int, tiles: Int) -> Int {
    max(1, min((32 + tiles - 1) / tiles, 16, pixels / 1024))
  }

  // MARK: Scratch

  /// Rows of the input that a block's lines look at.
  func inputLines(_ lines: Range<Int>) -> Range<Int> {
    let first = max(0, vertical.origin(lines.lowerBound))
    let last = vertical.origin(max(lines.lowerBound, lines.upperBound - 1)) + (vertical.taps - 1) * vertical.dilation
    return first..<max(first, min(vertical.input, last + 1))
  }

  /// Floats of a block's copied input: `[panels][images][lines][columns][panel width]`.
  private var packedInputFloats: Int {
    if !packsInput { return 0 }
    let lines = min(vertical.input, (blockLines - 1) * vertical.stride + (vertical.taps - 1) * vertical.dilation + 1)
    // Any instruction set's panels: 32 columns at most.
    return (WeightsGradientGeometry.groupChannels + 64) * min(blockImages, images) * lines * horizontal.input
  }

  /// The copied output gradient of one tile: `[images][lines][columns][rows of the tile]`.
  private var packedGradientFloats: Int {
    packsGradient ? min(blockImages, images) * blockLines * horizontal.output * WeightsGradientGeometry.tileLimit : 0
  }

  /// Rows of any instruction set's tile.
  static let tileLimit = 16

  /// Where the copied gradient starts, in bytes.
  var gradientOffset: Int { (4 * packedInputFloats + 63) / 64 * 64 }
  var scratchBytes: Int { gradientOffset + 4 * packedGradientFloats }
}
