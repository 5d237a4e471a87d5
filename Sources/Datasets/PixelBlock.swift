import CPlatform
import Imaging

/// Memory for many pictures of one size, one behind the other.
///
/// `Sendable` because each picture is written by one thread, before anybody is told that it is there.
final class PixelBlock: @unchecked Sendable {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let stride: Int

  /// Memory is taken, not touched. nil where the pictures need more than `limit` bytes, or there is not so much.
  init?(pictures: Int, of size: PixelSize, limit: Int) {
    let (area, areaOverflow) = size.width.multipliedReportingOverflow(by: size.height)
    let (stride, strideOverflow) = area.multipliedReportingOverflow(by: 3)
    let (count, overflow) = stride.multipliedReportingOverflow(by: pictures)
    guard size.width > 0, size.height > 0, !areaOverflow, !strideOverflow, !overflow, count <= limit,
      let memory = ep_allocate(max(count, 1))
    else { return nil }
    bytes = memory.assumingMemoryBound(to: UInt8.self)
    self.stride = stride
  }

  deinit { ep_free(bytes) }

  /// Precondition: the image has this block's size, and `index` is one of its pictures.
  func write(_ image: RGBImage, at index: Int) {
    image.withPixels { pixels in
      guard let base = pixels.baseAddress else { return }
      (bytes + index * stride).update(from: base, count: stride)
    }
  }

  /// Moves a picture to a place in front of it.
  func move(from source: Int, to target: Int) {
    if source != target { (bytes + target * stride).update(from: bytes + source * stride, count: stride) }
  }

  /// The samples of a picture; valid as long as the block.
  func picture(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + index * stride, count: stride)
  }
}
