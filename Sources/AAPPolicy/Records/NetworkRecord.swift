/// A network of a campaign with its figures.
package struct NetworkRecord: Sendable, Equatable, Codable {
  /// `baseline`, `round-003`, `final-5-1`: the first final training after five rounds.
  package var name: String
  /// Its model file, relative to the campaign's folder; nil where it was not kept.
  package var model: String?
  /// Its compiled plan, likewise.
  package var plan: String?
  package var measured: MeasuredQuantities
  /// Fractions of 1. Validation pictures decide; test pictures, where there are any, only report.
  package var validationTop1: Double
  package var testTop1: Double?
  package var layers: [LayerRecord]

  package init(
    name: String, model: String? = nil, plan: String? = nil, measured: MeasuredQuantities, validationTop1: Double,
    testTop1: Double? = nil, layers: [LayerRecord]
  ) {
    self.name = name
    self.model = model
    self.plan = plan
    self.measured = measured
    self.validationTop1 = validationTop1
    self.testTop1 = testTop1
    self.layers = layers
  }
}
