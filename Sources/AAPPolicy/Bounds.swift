/// The most that quantities may be.
///
///     let bounds = Bounds([.accuracyLoss: 0.5, .latency: 12])
package struct Bounds: Sendable, Equatable, Codable {
  package let limits: [Quantity: Double]

  package init(_ limits: [Quantity: Double]) { self.limits = limits }

  /// What a measurement says of the bounds.
  package enum Verdict: Sendable, Equatable {
    case within
    /// Certainly broken: the quantity, and by how much at least.
    case broken(Quantity, by: Double)
    /// The intervals of these reach over their bounds: measure longer.
    case unsure([Quantity])
    /// These were not measured.
    case unknown([Quantity])
  }

  /// Judges a measurement: within only where whole intervals are.
  package func verdict(_ measurement: MeasuredQuantities) -> Verdict {
    let sorted = limits.sorted { $0.key.rawValue < $1.key.rawValue }
    let missing = sorted.map(\.key).filter { measurement[$0] == nil }
    if !missing.isEmpty { return .unknown(missing) }
    var unsure: [Quantity] = []
    for (quantity, limit) in sorted {
      guard let measured = measurement[quantity] else { continue }
      if measured.lower > limit { return .broken(quantity, by: measured.lower - limit) }
      if measured.upper > limit { unsure.append(quantity) }
    }
    return unsure.isEmpty ? .within : .unsure(unsure)
  }
}
