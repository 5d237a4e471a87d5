/// Why measuring ended.
package enum MeasurementEnding: Equatable, Sendable {
  /// What the caller waited for was reached.
  case satisfied
  /// It was not, and the most passes or seconds were spent.
  case limit
  /// The caller stopped it.
  case stopped
}
