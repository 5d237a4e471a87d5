import Compiler
import Graph
import Runtime

/// The memory that training a network takes, and how a step is cut so that it fits.
package enum TrainingMemory {
  /// Bytes of a step's session: activations, gradients, state and what workers need.
  package static func bytes(
    of network: Graph, _ options: TrainingGraph.Options, threads: Int
  ) throws(TrainingError) -> Int {
    let step = try TrainingGraph(network, options)
    var total = try sessionBytes(step.graph, threads)
    if let update = step.update?.graph { total += try sessionBytes(update, threads) }
    // Snapshots: the last good moment, the best epoch, and one that is being written.
    return total + 3 * step.states.reduce(0) { $0 + $1.initial.bytes.count }
  }

  private static func sessionBytes(_ graph: Graph, _ threads: Int) throws(TrainingError) -> Int {
    let header = try Plan.compiled(graph).header
    return Int(header.arenaBytes) + Int(header.scratchBytes) * threads + Int(header.fileBytes)
  }

  /// The options with a step cut into as few batches as fit `limit` bytes.
  ///
  /// - Throws: `TrainingError.invalidOptions` where even the smallest batches (at least 4 pictures: statistics of fewer
  ///   say little) do not fit.
  package static func fitting(
    _ network: Graph, _ options: TrainingGraph.Options, threads: Int, limit: Int
  ) throws(TrainingError) -> TrainingGraph.Options {
    let pictures = options.pictures
    var smallest: Int?
    var failure: TrainingError?
    for batch in stride(from: pictures, through: min(4, pictures), by: -1) where pictures % batch == 0 {
      var candidate = options
      candidate.batch = batch
      candidate.accumulation = pictures / batch
      do throws(TrainingError) {
        let bytes = try bytes(of: network, candidate, threads: threads)
        if bytes <= limit { return candidate }
        smallest = bytes
      } catch {
        // More than a plan may have, perhaps: fewer pictures at a time need less.
        failure = error
      }
    }
    guard let smallest else { throw failure ?? .invalidOptions(reason: "a step of \(pictures) pictures cannot be cut") }
    throw .invalidOptions(
      reason: "training takes at least \(smallest / 1_000_000) MB beside pictures and program, and "
        + "\(max(limit, 0) / 1_000_000) MB are left: raise --memory-limit or choose a smaller --batch")
  }
}
