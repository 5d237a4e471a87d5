import Datasets
import Imaging
import Synchronization

/// Makes an epoch's batches in the background, the next one while the last one is worked on.
///
/// Which batches come depends on the writer, the order, the epoch and the batch size alone: with a position a loader
/// goes on in the middle of an epoch where another was left. Letting go of it ends its threads.
package final class BatchLoader {
  /// What becomes of a last batch that would not be full.
  package enum LastBatch: Sendable {
    /// It is left out, for training.
    case dropped
    /// It has fewer pictures, for judging.
    case incomplete
  }

  /// Pictures of the order that have been handed out, or were skipped at the beginning. Kept with a checkpoint, it
  /// resumes the epoch.
  package private(set) var position: Int
  private let batches: Prefetcher<Batch>
  private let frames: FrameStream?
  private var isEnded = false

  /// Starts making batches.
  ///
  /// - Parameters:
  ///   - writer: makes the numbers.
  ///   - order: indices of the writer's pictures, such as `EpochOrder.shuffled` gives.
  ///   - epoch: counts from 0; decides random changes.
  ///   - batchSize: pictures of a batch.
  ///   - position: how many of `order` were used before, usually a multiple of `batchSize`.
  ///   - threads: how many decode where pictures are not in memory, or make batches where they are. One keeps up with
  ///     any network; each more holds another batch in memory.
  ///
  /// Throws `invalidOption` where the batch size, the position or an index is out of range.
  package init(
    _ writer: BatchWriter, order: [Int], epoch: Int, batchSize: Int, lastBatch: LastBatch, position: Int = 0,
    threads: Int = 1
  ) throws(DatasetError) {
    guard batchSize > 0, !batchSize.multipliedReportingOverflow(by: max(writer.pictureExtent, writer.outputs)).overflow
    else {
      throw .invalidOption(name: "batch", reason: "\(batchSize) is no size of a batch")
    }
    guard (0...order.count).contains(position) else {
      throw .invalidOption(name: "position", reason: "\(position) is not within an epoch of \(order.count) pictures")
    }
    guard order.allSatisfy({ (0..<writer.pictures.count).contains($0) }) else {
      throw .invalidOption(
        name: "order", reason: "it names pictures that are not among the data set's \(writer.pictures.count)")
    }
    let left = order.count - position
    let count = lastBatch == .dropped ? left / batchSize : left / batchSize + (left % batchSize > 0 ? 1 : 0)
    let used = min(left, count * batchSize)
    let frames =
      writer.pictures.isInMemory
      ? nil : FrameStream(writer.pictures, Array(order[position..<(position + used)]), threads: threads)
    let job = BatchJob(
      writer: writer, order: order, epoch: epoch, batchSize: batchSize, position: position, frames: frames,
      pool: BatchPool(images: batchSize * writer.pictureExtent, targets: batchSize * writer.outputs))
    // A stream of frames has one reader.
    let makers = frames == nil ? max(threads, 1) : 1
    batches = Prefetcher(count: count, threads: makers, window: makers) { (index) throws(DatasetError) in
      try job.batch(index)
    }
    self.frames = frames
    self.position = position
  }

  /// The next batch, waiting for it if need be; nil after the last, after `stop`, and after an error.
  package func next() throws(DatasetError) -> Batch? {
    guard !isEnded, let outcome = batches.next() else { return nil }
    switch outcome {
    case .success(let batch):
      position += batch.count
      return batch
    case .failure(let error):
      stop()
      throw error
    }
  }

  /// Ends the threads and waits for that.
  package func stop() {
    isEnded = true
    batches.stop()
    frames?.stop()
  }
}

/// What a loader's threads work from.
private struct BatchJob: Sendable {
  let writer: BatchWriter
  let order: [Int]
  let epoch: Int
  let batchSize: Int
  let position: Int
  let frames: FrameStream?
  let pool: BatchPool

  func batch(_ index: Int) throws(DatasetError) -> Batch {
    let begin = position + index * batchSize
    let indices = Array(order[begin..<min(begin + batchSize, order.count)])
    guard let memory = pool.take() else {
      throw .invalidOption(name: "batch", reason: "not enough memory for \(batchSize) pictures")
    }
    let (images, rows) = (memory.images, memory.targets)
    if let frames {
      try write(frames, indices, at: begin, images, rows)
    } else {
      try writer.write(indices, epoch: epoch, position: begin, images: images, targets: rows)
    }
    for place in (indices.count * writer.pictureExtent)..<images.count { images[place] = 0 }
    for place in (indices.count * writer.outputs)..<rows.count { rows[place] = 0 }
    return Batch(
      position: begin, indices: indices, labels: indices.map(writer.target), memory: memory, pool: pool)
  }

  /// As `BatchWriter.write`, from pictures that come decoded.
  private func write(
    _ frames: FrameStream, _ indices: [Int], at begin: Int, _ images: UnsafeMutableBufferPointer<Float>,
    _ rows: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    guard let image = images.baseAddress, let row = rows.baseAddress else { return }
    for (slot, index) in indices.enumerated() {
      guard let picture = frames.next() else {
        throw .invalidOption(name: "batch", reason: "the pictures ended early")
      }
      try picture.get().withPixels { pixels in
        writer.write(
          pixels, of: index, epoch: epoch, position: begin + slot, to: image + slot * writer.pictureExtent)
      }
      writer.writeTarget(of: index, to: row + slot * writer.outputs)
    }
    writer.mix(indices.count, epoch: epoch, position: begin, image, row)
  }
}

/// Pictures that are not in memory, decoded on background threads in the order of their use.
private final class FrameStream: Sendable {
  private let frames: Mutex<Prefetcher<RGBImage>>

  init(_ pictures: DecodedDataset, _ indices: [Int], threads: Int) {
    let threads = max(threads, 1)
    frames = Mutex(
      Prefetcher(count: indices.count, threads: threads, window: 8 * threads) { (index) throws(DatasetError) in
        try pictures.decoded(indices[index])
      })
  }

  func next() -> Result<RGBImage, DatasetError>? {
    frames.withLock { $0.next() }
  }

  func stop() {
    frames.withLock { $0.stop() }
  }
}
