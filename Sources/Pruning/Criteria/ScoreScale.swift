/// What a criterion's scores can be compared with.
package enum ScoreScale: Sendable, Equatable {
  /// With those of the same layer: elsewhere the same number means something else. A group's mean is its unit.
  case layer
  /// With those of all layers, as they are.
  case network
  /// Changes of one loss: those of coupled layers add up, and what a channel costs in the loss can be set against what it
  /// costs in milliseconds or bytes.
  case loss
}
