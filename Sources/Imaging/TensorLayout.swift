/// Where a picture's samples lie in a tensor of floats: sample c of pixel (x, y) at
/// `x * pixelStride + y * rowStride + c * channelStride` elements.
package struct TensorLayout: Equatable, Sendable {
  package var width: Int
  package var height: Int
  package var pixelStride: Int
  package var rowStride: Int
  package var channelStride: Int

  package init(width: Int, height: Int, pixelStride: Int, rowStride: Int, channelStride: Int) {
    self.width = width
    self.height = height
    self.pixelStride = pixelStride
    self.rowStride = rowStride
    self.channelStride = channelStride
  }

  /// Channels last, without gaps.
  package static func nhwc(width: Int, height: Int) -> TensorLayout {
    TensorLayout(width: width, height: height, pixelStride: 3, rowStride: width * 3, channelStride: 1)
  }

  /// One plane a channel, without gaps.
  package static func nchw(width: Int, height: Int) -> TensorLayout {
    TensorLayout(width: width, height: height, pixelStride: 1, rowStride: width, channelStride: width * height)
  }

  /// Elements from the first sample to the last, both included; `nil` where a stride or extent is negative or huge.
  var extent: Int? {
    let limit = 1 << 30
    for value in [width, height, pixelStride, rowStride, channelStride] where value < 0 || value > limit {
      return nil
    }
    guard width > 0, height > 0 else { return 0 }
    return (width - 1) * pixelStride + (height - 1) * rowStride + 2 * channelStride + 1
  }
}
