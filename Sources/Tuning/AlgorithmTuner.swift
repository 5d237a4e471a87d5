import Compiler
import Graph
import Measure
import Operators
import Runtime

/// Chooses algorithms of convolutions by timing them on this machine, where the compiler would estimate.
///
/// The network is compiled once with each algorithm for all convolutions that have a choice, and these plans are profiled
/// in turn: every layer is timed where it will run, its input as warm or cold as it will be.
///
///     var choices: [String: ConvolutionAlgorithm] = [:]
///     let tuned = try AlgorithmTuner(threads: 1).tune(network, Compiler.Options(), &choices)
package struct AlgorithmTuner: Sendable {
  /// Workers of the sessions that are timed.
  package var threads: Int
  /// How long every plan is profiled for, in all rounds together.
  package var seconds: Double

  private static let rounds = 3
  /// By how much another algorithm must be faster than the estimated one: less may be noise.
  private static let margin = 0.02
  private static let comparisonPasses = 30

  package init(threads: Int, seconds: Double = 1.5) {
    self.threads = threads
    self.seconds = seconds
  }

  /// What tuning came to.
  package struct Outcome: Sendable {
    /// The faster plan: with what was measured, or the estimated one.
    package let result: Compiler.Result
    /// Different layers that were timed now.
    package let measured: Int
    /// Different layers whose choice was known.
    package let known: Int
    /// Of the time with what was measured to the time with what was estimated; nil where they are the same plan.
    package let ratio: MedianInterval?
  }

  /// Compiles a network with the fastest algorithms.
  ///
  /// - Parameters:
  ///   - options: For an instruction set of this machine.
  ///   - choices: What is known of this machine with so many threads; what is measured is added.
  /// - Throws: `GraphError`, `PlanError`, or `CancellationError` where it was stopped.
  package func tune(
    _ network: Graph, _ options: Compiler.Options, _ choices: inout [String: ConvolutionAlgorithm],
    isStopped: () -> Bool = { false }
  ) throws -> Outcome {
    let estimated = try Compiler.compile(network, options)
    let layers = Set(estimated.convolutionSites.map(\.layer))
    let missing = layers.filter { choices[$0] == nil }
    if !missing.isEmpty {
      let timings = try time(network, options, estimated.convolutionSites, isStopped)
      choices.merge(timings.fastest(margin: Self.margin)) { known, _ in known }
    }
    var tunedOptions = options
    tunedOptions.algorithms = .measured(choices)
    let tuned = try Compiler.compile(network, tunedOptions)
    let known = layers.count - missing.count
    guard tuned.bytes != estimated.bytes else {
      return Outcome(result: estimated, measured: missing.count, known: known, ratio: nil)
    }
    let benchmark = InterleavedBenchmark(
      passes: Self.comparisonPasses...Benchmark.maximumRuns, seconds: min(1, seconds)...seconds)
    let plans = [try Plan(copying: estimated.bytes), try Plan(copying: tuned.bytes)]
    guard let comparison = try benchmark.measure(plans, threads: threads, isStopped: isStopped), !isStopped() else {
      throw CancellationError()
    }
    let ratio = comparison.subjects[1].ratio
    return Outcome(
      result: ratio.median <= 1 ? tuned : estimated, measured: missing.count, known: known, ratio: ratio)
  }

  private func time(
    _ network: Graph, _ options: Compiler.Options, _ sites: [ConvolutionSite], _ isStopped: () -> Bool
  ) throws -> AlgorithmTimings {
    let plans = try ConvolutionAlgorithm.allCases.map { algorithm in
      var forced = options
      forced.algorithms = .always(algorithm)
      return (algorithm, try Plan(copying: Compiler.compile(network, forced).bytes))
    }
    var timings = AlgorithmTimings(sites)
    for _ in 0..<Self.rounds {
      for (algorithm, plan) in plans {
        let profile = try PlanProfile(
          plan, threads: threads, seconds: seconds / Double(Self.rounds), isStopped: isStopped)
        if isStopped() { throw CancellationError() }
        for layer in profile.layers { timings.add(layer.microseconds, node: layer.name, algorithm) }
      }
      timings.endRound()
    }
    return timings
  }
}
