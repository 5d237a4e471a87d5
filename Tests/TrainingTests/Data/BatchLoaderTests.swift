import Datasets
import Foundation
import Testing
import Training

@Suite struct BatchLoaderTests {
  private let fixture: PictureFixture

  init() throws { fixture = try PictureFixture(count: 70) }

  private func writer(inMemory: Bool = true, threads: Int = 1) throws -> BatchWriter {
    try BatchWriter(
      fixture.decoded(inMemory: inMemory, threads: threads), targets: Array(0..<10), outputs: 12,
      augmentation: Augmentation(text: "crop:4,flip,cutout:8,brightness:0.2,mixup:0.4"), labelSmoothing: 0.1, seed: 5)
  }

  /// All batches of an epoch from a position on.
  private func batches(
    _ writer: BatchWriter, last: BatchLoader.LastBatch = .incomplete, position: Int = 0, threads: Int = 1
  ) throws -> [BatchContent] {
    let order = EpochOrder.shuffled(count: 70, seed: 5, epoch: 3)
    let loader = try BatchLoader(
      writer, order: order, epoch: 3, batchSize: 16, lastBatch: last, position: position, threads: threads)
    var contents: [BatchContent] = []
    while let batch = try loader.next() {
      contents.append(
        BatchContent(
          position: batch.position, indices: batch.indices, labels: batch.labels, images: Array(batch.images),
          targets: Array(batch.targets)))
      #expect(loader.position == batch.position + batch.count)
    }
    #expect(try loader.next() == nil)
    return contents
  }

  @Test func equalOnAnyThreadsAndInAnyMemory() throws {
    let reference = try batches(writer())
    #expect(reference.map(\.indices.count) == [16, 16, 16, 16, 6])
    #expect(reference.flatMap(\.indices).sorted() == Array(0..<70))
    for threads in [1, 3] {
      for inMemory in [true, false] {
        #expect(try batches(writer(inMemory: inMemory, threads: threads), threads: threads) == reference)
      }
    }
  }

  @Test func batchesAreWhatTheWriterWrites() throws {
    let writer = try writer()
    for content in try batches(writer) {
      var images = [Float](repeating: 0, count: 16 * 3072)
      var targets = [Float](repeating: 0, count: 16 * 12)
      try images.withUnsafeMutableBufferPointer { images in
        try targets.withUnsafeMutableBufferPointer { targets in
          try writer.write(
            content.indices, epoch: 3, position: content.position, images: images, targets: targets)
        }
      }
      // An incomplete batch is filled up with zeros.
      #expect(content.images == images && content.targets == targets)
      #expect(content.labels == content.indices.map { $0 % 10 })
    }
  }

  @Test(arguments: [true, false]) func resumesInMidEpoch(inMemory: Bool) throws {
    let writer = try writer(inMemory: inMemory)
    let whole = try batches(writer)
    for done in [1, 3, 4, 5] {
      #expect(try batches(writer, position: min(done * 16, 70), threads: 2) == Array(whole.dropFirst(done)))
    }
  }

  @Test(arguments: [true, false]) func lastBatchCanBeDropped(inMemory: Bool) throws {
    let writer = try writer(inMemory: inMemory)
    #expect(try batches(writer, last: .dropped) == Array(batches(writer).prefix(4)))
    #expect(try batches(writer, last: .dropped, position: 64) == [])
    #expect(try batches(writer, position: 70) == [])
  }

  @Test(arguments: [true, false]) func canBeLeftEarly(inMemory: Bool) throws {
    let writer = try writer(inMemory: inMemory)
    let order = Array(0..<70)
    for taken in 0..<8 {
      let loader = try BatchLoader(
        writer, order: order, epoch: 0, batchSize: 8, lastBatch: .incomplete, threads: 2)
      for _ in 0..<taken { #expect(try loader.next() != nil) }
      if taken % 2 == 0 {
        loader.stop()
        #expect(try loader.next() == nil)
        loader.stop()
      }
    }
  }

  @Test func batchesOutliveTheirLoader() throws {
    var loader: BatchLoader? = try BatchLoader(
      writer(), order: Array(0..<70), epoch: 0, batchSize: 10, lastBatch: .dropped)
    let first = try #require(try loader?.next())
    let images = Array(first.images)
    while try loader?.next() != nil {}
    loader = nil
    #expect(Array(first.images) == images)
  }

  @Test func lostPicturesAreErrors() throws {
    let own = try PictureFixture(count: 40)
    let decoded = try own.decoded(inMemory: false)
    let writer = try BatchWriter(decoded, targets: Array(0..<10), outputs: 10)
    try FileHandle(forWritingTo: URL(fileURLWithPath: own.path)).truncate(atOffset: 3073 * 20)
    let loader = try BatchLoader(
      writer, order: Array(0..<40), epoch: 0, batchSize: 16, lastBatch: .incomplete, threads: 2)
    #expect(try loader.next()?.count == 16)
    do throws(DatasetError) {
      _ = try loader.next()
      Issue.record("no error")
    } catch {
      #expect(error.message.contains("record 20"), "\(error.message)")
    }
    #expect(try loader.next() == nil)
  }

  @Test func wrongArgumentsAreErrors() throws {
    let writer = try writer()
    for (order, size, position) in [
      ([0], 0, 0), ([0], -1, 0), ([0], Int.max, 0), ([0, 70], 1, 0), ([-1], 1, 0), ([0], 1, 2), ([0], 1, -1),
    ] as [([Int], Int, Int)] {
      #expect(throws: DatasetError.self) {
        try BatchLoader(
          writer, order: order, epoch: 0, batchSize: size, lastBatch: .dropped, position: position)
      }
    }
  }
}
