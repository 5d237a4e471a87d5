import Measure

/// How long is measured, on any target.
enum MeasuringPlan {
  /// How much longer a measurement may take that straddles a bound.
  private static let patience = 8.0
  /// Layers that are timed together: few enough for the caches to be as in a network.
  private static let layersAtOnce = 8

  /// Passes from which p99 has an upper end of its interval (368 at 95 %).
  private static let slowPasses = 400

  /// A network beside the unpruned one, for so many seconds at least.
  ///
  /// - Parameter slow: Whether p99 matters.
  static func networks(seconds: Double, slow: Bool) -> InterleavedBenchmark {
    var benchmark = InterleavedBenchmark(seconds: seconds...(patience * seconds))
    if slow { benchmark.passes = slowPasses...benchmark.passes.upperBound }
    return benchmark
  }

  /// Some layers beside the unpruned network.
  static var layers: InterleavedBenchmark { InterleavedBenchmark(passes: 30...200, seconds: 0...1) }

  /// Layers in parts that are timed together.
  static func parts<Layer>(of layers: [Layer]) -> [ArraySlice<Layer>] {
    stride(from: 0, to: layers.count, by: layersAtOnce).map { layers[$0..<min($0 + layersAtOnce, layers.count)] }
  }
}
