import CKernels
import Compiler
import Datasets
import Graph
import Operators
import Runtime

/// Computes the running statistics of a network's batch normalisations again, from pictures, with the weights as they
/// are.
///
/// Averages that were kept while weights changed are those of other weights: of an averaged network (Izmailov et al.,
/// 2018, section 3.2), and of one whose channels were removed. Means and unbiased variances of the batches are averaged
/// with equal shares.
///
///     let judged = try StatisticsRecomputation(learning, pictures: 4096, batch: 128, threads: 2).apply(to: averaged)
package struct StatisticsRecomputation: Sendable {
  private let learning: BatchWriter
  private let batch: Int
  private let batches: Int
  private let threads: Int
  private let seed: UInt64

  /// - Parameters:
  ///   - learning: The pictures, changed as for training.
  ///   - pictures: How many of them to look at; rounded up to batches, at most all.
  ///   - batch: Pictures a batch.
  ///   - seed: Decides which pictures.
  package init(_ learning: BatchWriter, pictures: Int, batch: Int, threads: Int, seed: UInt64 = 1) {
    self.learning = learning
    self.batch = max(1, min(batch, learning.pictures.count))
    let (wanted, there) = (min(pictures, learning.pictures.count), learning.pictures.count)
    batches = max(1, min((wanted + self.batch - 1) / self.batch, there / self.batch))
    self.threads = threads
    self.seed = seed
  }

  /// The network with new statistics; itself where it has no batch normalisation.
  ///
  /// - Throws: `TrainingError` for a network that cannot be compiled, `DatasetError` for pictures that cannot be read.
  package func apply(to network: Graph) throws -> Graph {
    var result = network
    let (form, statistics) = try trainingForm(of: network)
    if statistics.isEmpty { return network }
    for (constant, mean) in try averages(form, statistics) {
      guard let old = network.constants[constant] else { continue }
      result.constants[constant] = Tensor(type: old.type, shape: old.shape, doubles: mean)
    }
    return result
  }

  /// A statistic of one normalisation: the constant it becomes, and the factor that makes it unbiased.
  private struct Statistic {
    let constant: ValueID
    let factor: Double
  }

  /// The part of the network up to its last normalisation, whose outputs are the statistics of a batch.
  private func trainingForm(of network: Graph) throws(TrainingError) -> (Graph, [Statistic]) {
    do throws(GraphError) {
      var (graph, infos) = try network.simplified(batch: batch)
      let normalizations = try BatchStatistics.normalizeByBatch(&graph, infos: infos)
      graph.outputs = normalizations.flatMap { [$0.mean, $0.variance] }
      let producers = graph.producers()
      let statistics = normalizations.flatMap { normalization -> [Statistic] in
        let input = producers[normalization.mean].flatMap { graph.nodes[$0].input(0) }
        let shape = input.flatMap { infos[$0]?.shape } ?? []
        let count = Double(shape.reduce(1, *)) / Double(max(shape.count > 1 ? shape[1] : 1, 1))
        return [
          Statistic(constant: normalization.runningMean, factor: 1),
          Statistic(constant: normalization.runningVariance, factor: count / max(count - 1, 1)),
        ]
      }
      return (graph, statistics)
    } catch {
      throw .graph(error)
    }
  }

  /// The averages over all batches. Constants that several normalisations share have the average over all of those.
  private func averages(_ graph: Graph, _ statistics: [Statistic]) throws -> [ValueID: [Double]] {
    var session = try Session.compiled(
      graph, Compiler.Options(inputs: InputSpecification(batch: batch)), threads: threads)
    let order = EpochOrder.shuffled(count: learning.pictures.count, seed: seed, epoch: 0)
    let loader = try BatchLoader(
      learning, order: Array(order.prefix(batches * batch)), epoch: 0, batchSize: batch, lastBatch: .dropped)
    defer { loader.stop() }
    var sums: [ValueID: (values: [Double], count: Int)] = [:]
    while let batch = try loader.next() {
      session.write(batch.images)
      session.run()
      for (position, statistic) in statistics.enumerated() {
        let values = Tensor(copying: session.output(position)).doubles
        var sum = sums[statistic.constant] ?? ([Double](repeating: 0, count: values.count), 0)
        for channel in values.indices { sum.values[channel] += statistic.factor * values[channel] }
        sum.count += 1
        sums[statistic.constant] = sum
      }
    }
    return sums.mapValues { sum in sum.values.map { $0 / Double(sum.count) } }
  }
}

extension Graph {
  /// For so many pictures at a time, which are the only inputs that are left.
  func simplified(batch: Int) throws(GraphError) -> (graph: Graph, infos: [ValueID: ValueInfo]) {
    let simplified = try Compiler.simplified(
      FoldInitializers.apply(to: withOpenBatch()), inputs: InputSpecification(batch: batch))
    var graph = simplified.graph
    graph.inputs = graph.inputs.filter { graph.constants[$0] == nil }
    return (graph, simplified.infos)
  }
}
