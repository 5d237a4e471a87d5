import Synchronization

/// Memory of batches that were let go, for the next ones.
final class BatchPool: Sendable {
  private let free = Mutex<[BatchMemory]>([])
  private let images: Int
  private let targets: Int

  init(images: Int, targets: Int) {
    self.images = images
    self.targets = targets
  }

  /// Memory with anything in it; nil where there is none left.
  func take() -> BatchMemory? {
    if let memory = free.withLock({ $0.popLast() }) { return memory }
    return BatchMemory(images: images, targets: targets)
  }

  func put(back memory: BatchMemory) {
    free.withLock { $0.append(memory) }
  }
}
