import CKernels
import Compiler
import Datasets
import Foundation
import Graph
import Runtime

/// Mean cross-entropy of a network on training pictures, every batch normalised by its own statistics: the loss that the
/// network would have with its running statistics computed again (`StatisticsRecomputation`), for one run a batch.
///
/// Li et al., 2020 (EagleEye, section 3.3): of pruned networks that have not been trained yet, it is judgements with
/// adapted statistics that tell how good they become.
package struct BatchLoss: Sendable {
  private let learning: BatchWriter
  private let order: [Int]
  private let batch: Int
  private let threads: Int

  /// - Parameters:
  ///   - learning: The pictures, as for training.
  ///   - pictures: How many of them to look at; rounded down to batches, at most all.
  ///   - batch: Pictures a batch.
  ///   - seed: Decides which pictures.
  package init(_ learning: BatchWriter, pictures: Int, batch: Int, threads: Int, seed: UInt64 = 1) {
    self.learning = learning
    let available = min(pictures, learning.pictures.count)
    self.batch = max(1, min(batch, available))
    let whole = available / self.batch * self.batch
    order = Array(EpochOrder.shuffled(count: learning.pictures.count, seed: seed, epoch: 0).prefix(whole))
    self.threads = threads
  }

  /// The loss; NaN without pictures.
  ///
  /// - Throws: `TrainingError` for a network that cannot be compiled or has no scores for classes, `DatasetError` for
  ///   pictures that cannot be read.
  package func mean(of network: Graph) throws -> Double {
    var session = try Session.compiled(
      try form(of: network), Compiler.Options(inputs: InputSpecification(batch: batch)), threads: threads)
    let loader = try BatchLoader(learning, order: order, epoch: 0, batchSize: batch, lastBatch: .dropped)
    defer { loader.stop() }
    var sum = 0.0
    while let batch = try loader.next() {
      session.write(batch.images)
      session.run()
      sum += session.output(0).crossEntropy(batch.labels)
    }
    return sum / Double(order.count)
  }

  /// The network with its logits as the only output, normalising by batch.
  private func form(of network: Graph) throws(TrainingError) -> Graph {
    var (graph, infos) = try network.withLogits(batch: batch)
    do throws(GraphError) {
      _ = try BatchStatistics.normalizeByBatch(&graph, infos: infos)
    } catch {
      throw .graph(error)
    }
    return graph
  }
}

extension TensorView {
  /// The sum of `-log softmax` at the wanted classes of rows of logits, `[N, classes]`.
  fileprivate func crossEntropy(_ classes: [Int]) -> Double {
    let values = pointer(as: Float.self)
    var sum = 0.0
    for (row, wanted) in classes.enumerated() where row < extent(0) {
      let scores = (0..<extent(1)).map { Double(values[row * stride(0) + $0 * stride(1)]) }
      guard scores.indices.contains(wanted), let most = scores.max() else { continue }
      sum += most - scores[wanted] + log(scores.reduce(0) { $0 + exp($1 - most) })
    }
    return sum
  }
}
