import CPlatform

/// The numbers of one batch.
///
/// `Sendable` because a batch's maker writes them before anybody else sees them.
final class BatchMemory: @unchecked Sendable {
  let images: UnsafeMutableBufferPointer<Float>
  let targets: UnsafeMutableBufferPointer<Float>

  /// nil where there is not so much memory.
  init?(images imageCount: Int, targets targetCount: Int) {
    let (total, overflow) = imageCount.addingReportingOverflow(targetCount)
    let (bytes, bytesOverflow) = total.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard imageCount >= 0, targetCount >= 0, !overflow, !bytesOverflow, let memory = ep_allocate(max(bytes, 1)) else {
      return nil
    }
    let numbers = memory.bindMemory(to: Float.self, capacity: total)
    images = UnsafeMutableBufferPointer(start: numbers, count: imageCount)
    targets = UnsafeMutableBufferPointer(start: numbers + imageCount, count: targetCount)
  }

  deinit { ep_free(images.baseAddress) }
}
