import CKernels

/// A convolution as a product of matrices: rows are output pixels, columns output channels.
///
/// Everything that follows from the shapes: how rows are blocked, how the work is cut into tasks, and how the scratch
/// memory is laid out. It is computed when a plan is loaded, to check the scratch memory's size, and again by every run.
struct ConvolutionGeometry: BitwiseCopyable {
  /// Of one group.
  let depth: Int
  /// Of one group.
  let columns: Int
  let groups: Int
  let vertical: WindowAxis
  let horizontal: WindowAxis
  let inputStrides: SIMD8<Int32>
  let output: PixelRows
  let residual: PixelRows
  /// The input's pixels; rows of the left matrix where `isProduct`.
  let pixels: PixelRows
  /// Number of output pixels.
  let rows: Int
  /// Rows of one run have a common distance in output and residual (and input, where `isProduct`).
  let run: Int
  /// A 1 x 1 convolution that reads every pixel once: rows are pixels of the input.
  let isProduct: Bool
  /// The taps of one kernel row are neighbours in memory, and so short that the kernel had better see them as one run.
  let mergesTaps: Bool
  /// Pixels of an output row whose taps lie in part beside the input: their merged runs are copied.
  let borderColumns: Int
  let interiorStart: Int
  let interiorEnd: Int
  /// Rows whose input stays in the cache while all panels of the weights pass by.
  let blockRows: Int

  /// Input bytes that a block of rows may touch: about half a second-level cache.
  private static let blockBytes = 256 << 10
  /// Bytes of pointers a block.
  private static let pointerBytes = 48 << 10
  /// Longest merged run, in floats.
  private static let mergedFloats = 256

  init(
    inputShape: SIMD8<Int32>, inputStrides: SIMD8<Int32>, outputShape: SIMD8<Int32>, outputStrides: SIMD8<Int32>,
    residualStrides: SIMD8<Int32>?, groups: Int32, vertical: WindowAxis, horizontal: WindowAxis
  ) {
    let channels = Int(inputShape[3])
    self.groups = Int(groups)
    depth = channels / Int(groups)
    columns = Int(outputShape[3]) / Int(groups)
    self.vertical = vertical
    self.horizontal = horizontal
    self.inputStrides = inputStrides
    output = PixelRows(shape: outputShape, strides: outputStrides)
    residual = PixelRows(shape: outputShape, strides: residualStrides ?? outputStrides)
    pixels = PixelRows(shape: inputShape, strides: inputStrides)
    rows = Int(outputShape[0]) * vertical.output * horizontal.output
    let resultRun = min(output.run, residual.run)
    let productRun = min(resultRun, pixels.run)
    // Runs that are too short would read the weights anew every few pixels.
    let isProduct =
      vertical.isIdentity && horizontal.isIdentity && (productRun == resultRun || productRun >= 48)
    self.isProduct = isProduct
    run = isProduct ? productRun : resultRun
    let interior = horizontal.interior
    interiorStart = interior.lowerBound
    interiorEnd = interior.upperBound
    borderColumns = horizontal.output - interior.count
    let merged = horizontal.taps * channels
    mergesTaps =
      groups == 1 && horizontal.taps > 1 && horizontal.dilation == 1 && Int(inputStrides[2]) == channels
      && merged <= ConvolutionGeometry.mergedFloats
    let runTaps = mergesTaps ? vertical.taps : vertical.taps * horizontal.taps
    let rowBytes = 4 * channels * min(vertical.stride, vertical.taps) * min(horizontal.stride, horizontal.taps)
    let byInput = ConvolutionGeometry.blockBytes / max(rowBytes, 1)
    let byPointers = isProduct ? Int.max : ConvolutionGeometry.pointerBytes / (8 * runTaps)
    // Multiples of 24 are whole tiles of most instruction sets.
    blockRows = max(24, min(byInput, byPointers) / 24 * 24)
  }

  /// Taps of a row as the kernel sees them, and the length of each.
  var runTaps: Int { mergesTaps ? vertical.taps : vertical.taps * horizontal.taps }
  var runDepth: Int { mergesTaps ? horizontal.taps * depth : depth }

  /// Columns of one group's last panel and before, in panels of `width`.
  func panels(_ width: Int) -> Int { (columns + width - 1) / width }

  /// Multiply-adds in all.
  var operations: Int {
    let (pixel, overflow) = (columns * groups).multipliedReportingOverflow(
      by: depth * vertical.taps * horizontal.taps)
    let (all, tooMany) = rows.multipliedReportingOverflow(by: pixel)
    return overflow || tooMany ? .max : all
  }

  /// Whether tasks are ranges of panels (each reads a part of the weights) rather than of rows: where the weights are
  /// larger than the input, or there are too few rows.
  func splitsPanels(_ width: Int, threads: Int) -> Bool {
    let panels = groups * panels(width)
    if panels < 2 * threads { return false }
    let weights = panels * width * depth * vertical.taps * horizontal.taps
    return rows < 24 * threads || weights > rows * depth * groups * vertical.stride * horizontal.stride
  }
}

extension WindowAxis {
  /// Whether output i is made of input i alone.
  var isIdentity: Bool { taps == 1 && stride == 1 && padding == 0 && input == output }
}

/// Scratch memory of a block: a run of zeros, pointers, copied runs. Offsets in bytes.
extension ConvolutionGeometry {
  /// Zeros that padding points to; as long as all groups, so that one group's offset may be added to any pointer.
  var zeroBytes: Int { (4 * max(depth * groups, runDepth) + 63) / 64 * 64 }

  var pointerCount: Int { min(blockRows, rows) * runTaps }

  /// Copied runs of one block at most.
  var borderRuns: Int {
    mergesTaps ? min(borderColumns * (blockRows / max(horizontal.output, 1) + 2), min(blockRows, rows)) * runTaps : 0
  }

  var scratchBytes: Int {
    isProduct ? 0 : zeroBytes + (8 * pointerCount + 63) / 64 * 64 + 4 * borderRuns * runDepth
  }
}
