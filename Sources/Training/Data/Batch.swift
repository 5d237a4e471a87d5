/// A batch as a network takes it. Its memory goes back to its loader when nobody holds the batch any more.
package final class Batch: Sendable {
  /// How many pictures it has. Memory is there for a whole batch; what an incomplete one leaves is zero, in the targets
  /// too, so that it adds nothing to a loss of soft targets.
  package let count: Int
  /// The first picture's position in the epoch's order.
  package let position: Int
  /// Each picture's index in the data set.
  package let indices: [Int]
  /// The network's output that stands for each picture's class; of a mixed picture, for the one that was there before.
  package let labels: [Int]
  private let memory: BatchMemory
  private let pool: BatchPool

  init(position: Int, indices: [Int], labels: [Int], memory: BatchMemory, pool: BatchPool) {
    count = indices.count
    self.position = position
    self.indices = indices
    self.labels = labels
    self.memory = memory
    self.pool = pool
  }

  deinit { pool.put(back: memory) }

  /// `[batch size, height, width, 3]` normalised samples; valid as long as the batch.
  package var images: UnsafeBufferPointer<Float> { UnsafeBufferPointer(memory.images) }

  /// `[batch size, outputs]` targets, each row of the first `count` with sum 1; valid as long as the batch.
  package var targets: UnsafeBufferPointer<Float> { UnsafeBufferPointer(memory.targets) }
}
