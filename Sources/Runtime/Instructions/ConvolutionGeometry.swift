import CKernels

/// A convolution as a product of matrices: rows are output pixels, columns output channels.
///
/// Everything that follows from the shapes: what the kernel is called with, how the work is cut into tasks and blocks,
/// and how much scratch memory it takes. It is computed when a plan is loaded, and again by every run.
struct ConvolutionGeometry: BitwiseCopyable {
  let images: Int
  /// Of one group.
  let depth: Int
  /// Of one group.
  let columns: Int
  let groups: Int
  let vertical: WindowAxis
  let horizontal: WindowAxis
  let inputStrides: SIMD8<Int32>
  let outputStrides: SIMD8<Int32>
  let residualStrides: SIMD8<Int32>
  /// Pixels of an output line that tasks and blocks are made of: all of them, or equal parts of a long line.
  let stripPixels: Int
  /// Output pixels whose input stays in the cache while all panels of the weights pass by.
  let blockPixels: Int
  /// The input is copied between zeros, one image after the other. Otherwise pixels at the border are computed with
  /// those of their taps that are inside, a few pixels at a time.
  let padsInput: Bool

  /// Input bytes that a block may touch: about half a second-level cache.
  private static let blockBytes = 256 << 10
  /// A whole number of tiles of most instruction sets.
  private static let strip = 48
  /// Lines that are enough to cut the work by.
  private static let enoughLines = 8

  init(
    inputShape: SIMD8<Int32>, inputStrides: SIMD8<Int32>, outputShape: SIMD8<Int32>, outputStrides: SIMD8<Int32>,
    residualStrides: SIMD8<Int32>?, groups: Int32, vertical: WindowAxis, horizontal: WindowAxis
  ) {
    let channels = Int(inputShape[3])
    images = Int(outputShape[0])
    self.groups = Int(groups)
    depth = channels / Int(groups)
    columns = Int(outputShape[3]) / Int(groups)
    self.vertical = vertical
    self.horizontal = horizontal
    self.inputStrides = inputStrides
    self.outputStrides = outputStrides
    self.residualStrides = residualStrides ?? outputStrides
    let pixelBytes = 4 * channels * min(vertical.stride, vertical.taps) * min(horizontal.stride, horizontal.taps)
    blockPixels = max(24, ConvolutionGeometry.blockBytes / max(pixelBytes, 1) / 24 * 24)
    let longest =
      images * vertical.output < ConvolutionGeometry.enoughLines ? ConvolutionGeometry.strip : blockPixels
    stripPixels = max(1, min(horizontal.output, longest))
    padsInput =
      ConvolutionPadding(images: images, channels: channels, vertical: vertical, horizontal: horizontal)
      .isCheaper
  }

  /// Columns of one group's last panel and before, in panels of `width`.
  func panels(_ width: Int) -> Int { (columns + width - 1) / width }

  /// Number of output pixels.
  var pixels: Int { images * vertical.output * horizontal.output }

  /// Multiply-adds in all.
  var operations: Int {
    let (pixel, overflow) = (columns * groups).multipliedReportingOverflow(
      by: depth * vertical.taps * horizontal.taps)
    let (all, tooMany) = pixels.multipliedReportingOverflow(by: pixel)
    return overflow || tooMany ? .max : all
  }

  /// Strips of a line.
  var strips: Int { (horizontal.output + stripPixels - 1) / stripPixels }

  /// Whether tasks are ranges of panels (each reads a part of the weights) rather than of strips: where the weights are
  /// larger than the input, or there are too few pixels.
  func splitsPanels(_ width: Int, threads: Int) -> Bool {
    let panels = groups * panels(width)
    if panels < 2 * threads { return false }
    let weights = panels * width * depth * vertical.taps * horizontal.taps
    return pixels < 24 * threads || images * vertical.output * strips < threads
      || weights
        > (pixels * depth * groups).multipliedSaturating(by: vertical.stride * horizontal.stride)
  }

  var padding: ConvolutionPadding {
    ConvolutionPadding(images: images, channels: depth * groups, vertical: vertical, horizontal: horizontal)
  }

  var scratchBytes: Int { padsInput ? padding.bytes : 0 }
}
