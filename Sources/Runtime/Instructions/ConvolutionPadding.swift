/// A copy of one image of a convolution's input between zeros, as large as its windows reach.
///
/// Where images are small most pixels lie at a border: computed by themselves, with the taps that they have, they would
/// not fill the tiles of the kernels.
struct ConvolutionPadding: BitwiseCopyable {
  let images: Int
  let channels: Int
  let vertical: WindowAxis
  let horizontal: WindowAxis

  /// A larger copy would not stay in the cache, and such an image has few pixels at its border.
  private static let mostBytes = 128 << 10

  /// Lines and pixels a line of the copy.
  var height: Int { extent(vertical) }
  var width: Int { extent(horizontal) }
  var bytes: Int { 4 * channels * width * height }

  private func extent(_ axis: WindowAxis) -> Int {
    max(0, axis.output - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1
  }

  /// Whether one product of all pixels with all taps takes less time than one for each rectangle of pixels with the same
  /// taps inside the input. Up to four rows take a kernel the same time, as each waits for its sums.
  var isCheaper: Bool {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    if overflow || area > ConvolutionPadding.mostBytes / 4 / max(channels, 1) { return false }
    var apart = 0
    vertical.forEachRun(in: 0..<vertical.output) { lines in
      horizontal.forEachRun(in: 0..<horizontal.output) { pixels in
        apart += max(4, images * lines.outputs.count * pixels.outputs.count) * lines.taps.count * pixels.taps.count
      }
    }
    return max(4, images * vertical.output * horizontal.output) * vertical.taps * horizontal.taps < apart
  }

  /// Copies what the output lines `lines` of an image need. `image` has pixels `pixelStep` and lines `lineStep` floats
  /// apart, `copy` has `bytes` bytes.
  func fill(
    _ copy: UnsafeMutablePointer<Float>, from image: UnsafePointer<Float>, lineStep: Int, pixelStep: Int,
    lines: Range<Int>
  ) {
    let first = lines.lowerBound * vertical.stride
    let end = (lines.upperBound - 1) * vertical.stride + (vertical.taps - 1) * vertical.dilation + 1
    let row = width * channels
    (copy + first * row).update(repeating: 0, count: (end - first) * row)
    let inside = max(0, horizontal.padding)..<max(horizontal.padding, min(width, horizontal.padding + horizontal.input))
    for line in max(first, vertical.padding)..<max(first, vertical.padding, min(end, vertical.padding + vertical.input))
    {
      let source = image + (line - vertical.padding) * lineStep
      let target = copy + line * row
      if pixelStep == channels {
        (target + inside.lowerBound * channels).update(from: source, count: inside.count * channels)
      } else {
        for pixel in inside {
          (target + pixel * channels).update(from: source + (pixel - horizontal.padding) * pixelStep, count: channels)
        }
      }
    }
  }
}
