import AAPPolicy

extension NetworkRecord {
  /// What was measured, if it can be drawn and told: finite, interval included.
  func figure(_ quantity: Quantity) -> MeasuredValue? {
    guard let measured = measured[quantity], measured.lower.isDrawable, measured.upper.isDrawable else { return nil }
    return measured
  }

  /// The fraction of validation pictures that it gets right, where it is a number.
  var validation: Double? { validationTop1.isDrawable ? validationTop1 : nil }

  /// A quantity with its unit, or a dash.
  func text(_ quantity: Quantity) -> String {
    figure(quantity).map { FigureText.quantity($0.value, quantity) } ?? FigureText.missing
  }

  /// The quantity as a share of another network's; nil where either is missing.
  func share(of baseline: NetworkRecord, _ quantity: Quantity) -> Double? {
    guard let whole = baseline.figure(quantity)?.value, whole > 0, let part = figure(quantity)?.value else {
      return nil
    }
    let share = part / whole
    return share.isDrawable ? share : nil
  }
}

extension Double {
  /// Neither infinite nor so large that distances between such numbers could be.
  var isDrawable: Bool { magnitude < 1e30 }
}
