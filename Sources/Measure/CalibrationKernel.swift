import CPlatform

/// Fixed work that needs nothing but the core's clock: no memory, no vector unit, no other thread. Where it becomes
/// slower, so did the clock, or somebody else took a part of the core.
package struct CalibrationKernel: Sendable {
  /// About 5 cycles each: 0.1 ms at 3 GHz.
  package static let steps: UInt32 = 1 << 16
  /// Every run goes on from what the one before left.
  package private(set) var value: UInt64 = 1

  package init() {}

  /// Does the work once.
  package mutating func run() { value = ep_dependent_chain(value, Self.steps) }
}
