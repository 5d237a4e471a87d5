import CKernels
import Compiler
import Datasets
import Graph
import Runtime

/// Accuracy of a network on pictures that stay as they are.
package struct Judge: Sendable {
  private let writer: BatchWriter
  private let threads: Int
  private let batch: Int

  /// - Parameters:
  ///   - writer: Without augmentation.
  ///   - batch: Pictures at a time; memory grows with them.
  package init(_ writer: BatchWriter, batch: Int = 64, threads: Int) {
    self.writer = writer
    self.batch = batch
    self.threads = threads
  }

  /// Number of pictures.
  package var count: Int { writer.pictures.count }

  /// Share of the pictures whose largest output is their class's.
  ///
  /// - Parameter isStopped: Asked after every batch; true ends judging with nil.
  package func top1(of network: Graph, isStopped: () -> Bool = { false }) throws -> Double? {
    guard count > 0 else { return nil }
    let batch = min(batch, count)
    var session = try Session.compiled(
      network.withOpenBatch(), Compiler.Options(inputs: InputSpecification(batch: batch)), threads: threads)
    let loader = try BatchLoader(
      writer, order: Array(0..<count), epoch: 0, batchSize: batch, lastBatch: .incomplete)
    defer { loader.stop() }
    var correct = 0
    while let batch = try loader.next() {
      session.write(batch.images)
      session.run()
      correct += session.output(0).correct(batch.labels)
      if isStopped() { return nil }
    }
    return Double(correct) / Double(count)
  }
}

extension Session {
  /// Copies a batch of pictures, `[N, H, W, C]`, into the only input.
  mutating func write(_ images: UnsafeBufferPointer<Float>) {
    let view = input(0)
    let count = min(view.elementCount, images.count)
    if let source = images.baseAddress { view.pointer(as: Float.self).update(from: source, count: count) }
  }
}

extension TensorView {
  /// How many rows of scores, `[N, classes, 1...]`, are largest at the wanted class.
  func correct(_ classes: [Int]) -> Int {
    let values = pointer(as: Float.self)
    var correct = 0
    for (row, wanted) in classes.enumerated() where row < extent(0) {
      var best = 0
      let scores = values + row * stride(0)
      for c in 1..<max(extent(1), 1) where scores[c * stride(1)] > scores[best * stride(1)] { best = c }
      if best == wanted { correct += 1 }
    }
    return correct
  }
}
