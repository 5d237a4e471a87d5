/// What a checkpoint file may hold: damaged counts must not lead to giant allocations.
enum CheckpointLimits {
  static let lines = 1_000_000
  static let values = 100_000
  static let words = 1_000_000
  static let tensors = 1_000_000
  static let rank = 32
  /// Bytes of one text.
  static let textBytes = 16 << 20
}
