import Graph

/// How far a training has come: with the state's tensors all that a checkpoint needs.
package struct TrainingProgress: Sendable, Equatable, Codable {
  /// One finished epoch.
  package struct Epoch: Sendable, Equatable, Codable {
    /// Counted from 1.
    package var epoch: Int
    /// Mean over the epoch's pictures, as trained on (augmented, targets smoothed).
    package var loss: Double
    /// Share of the epoch's pictures that were classified right while the network changed.
    package var trainTop1: Double
    /// Share of the validation pictures classified right after the epoch; nil without such.
    package var validationTop1: Double?
    package var imagesPerSecond: Double
    package var seconds: Double
  }

  /// Finished epochs.
  package var epochs: [Epoch] = []
  /// Pictures of the running epoch that have been learnt from.
  package var position = 0
  /// Steps of all epochs.
  package var steps = 0
  /// Sums over the running epoch.
  package var lossSum = 0.0
  package var correct = 0
  package var seconds = 0.0
  /// The best epoch so far by validation accuracy, the later of two that are equal; nil without validation.
  package var bestEpoch: Int?

  package init() {}

  /// Of steps, from the beginning.
  package var allSeconds: Double { epochs.reduce(seconds) { $0 + $1.seconds } }
}
