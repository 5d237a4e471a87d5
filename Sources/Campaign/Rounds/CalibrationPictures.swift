import Datasets
import Pruning
import Training

/// Training pictures, unchanged, that channels are judged by: the same ones in every round.
struct CalibrationPictures: CalibrationBatches {
  private let writer: BatchWriter
  private let order: [Int]
  private let batch: Int

  /// - Parameters:
  ///   - count: Pictures, rounded down to whole batches; at most all.
  ///   - batch: Pictures a batch.
  init(_ pictures: TrainingJob, count: Int, batch: Int) throws {
    writer = try pictures.batches(augmented: false)
    let available = min(count, writer.pictures.count)
    self.batch = min(batch, available)
    let whole = self.batch > 0 ? available / self.batch * self.batch : 0
    order = Array(EpochOrder.shuffled(count: writer.pictures.count, seed: writer.seed, epoch: 0).prefix(whole))
  }

  func forEach(_ body: (CalibrationBatch) throws(PruningError) -> Void) throws(PruningError) {
    let loader: BatchLoader
    do throws(DatasetError) {
      loader = try BatchLoader(writer, order: order, epoch: 0, batchSize: max(batch, 1), lastBatch: .dropped)
    } catch {
      throw .calibration(reason: error.message)
    }
    defer { loader.stop() }
    while true {
      let next: Batch?
      do throws(DatasetError) {
        next = try loader.next()
      } catch {
        throw .calibration(reason: error.message)
      }
      guard let next else { return }
      try body(CalibrationBatch(count: next.count, images: next.images, labels: next.labels))
    }
  }
}
