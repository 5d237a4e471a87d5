import AAPPolicy

/// What was asked for, and whether the chosen network keeps it.
struct BoundsSection {
  let summary: CampaignSummary

  var markup: Markup {
    let limits = summary.bounds.limits.sorted { $0.key.rawValue < $1.key.rawValue }
    var rows = limits.map { row($0.key, limit: $0.value) }
    if summary.bounds.limits[summary.objective] == nil { rows.insert(row(summary.objective, limit: nil), at: 0) }
    let missing: Markup =
      limits.isEmpty ? "<p class=\"missing\">The job sets no bounds.</p>" : ""
    let none: Markup =
      summary.best == nil
      ? "<p class=\"missing\">No network keeps every bound so far, so none is chosen.</p>" : ""
    let table = PageTable(
      label: "Bounds",
      columns: [
        .init(title: "quantity"), .init(title: "holds?"), .init(title: "baseline", isNumber: true),
        .init(title: "chosen", isNumber: true), .init(title: "at most", isNumber: true),
      ],
      rows: rows)
    return """
      <section id="bounds">
      <h2>What was asked for</h2>
      <p>To be minimised: \(summary.objective.title).</p>
      \(missing)\(none)
      \(table.markup)
      </section>
      """
  }

  private func row(_ quantity: Quantity, limit: Double?) -> PageTable.Row {
    let baseline = summary.baseline.figure(quantity)
    let best = summary.best?.figure(quantity)
    let objective: Markup = quantity == summary.objective ? " <span class=\"tag\">objective</span>" : ""
    return PageTable.Row(cells: [
      .init("\(quantity.title)\(objective)", key: quantity.title),
      limit.map { verdict(quantity, limit: $0) } ?? .init("to be minimised", key: nil),
      cell(baseline, quantity), cell(best, quantity),
      .init(limit.map { FigureText.quantity($0, quantity) } ?? FigureText.missing, number: limit),
    ])
  }

  private func cell(_ measured: MeasuredValue?, _ quantity: Quantity) -> PageTable.Cell {
    guard let measured else { return .init(FigureText.missing, number: nil) }
    let isTime = quantity == .latency || quantity == .slowLatency
    return .init(
      FigureText.quantity(measured.value, quantity), number: measured.value,
      detail: isTime ? FigureText.interval(measured) : nil)
  }

  private func verdict(_ quantity: Quantity, limit: Double) -> PageTable.Cell {
    guard let best = summary.best else { return .init("no network yet", key: "no network yet") }
    let (kind, text): (Markup, String) =
      switch Bounds([quantity: limit]).verdict(best.measured) {
      case .within: ("good", "✓ holds")
      case .broken: ("bad", "✗ broken")
      case .unsure: ("open", "? its interval reaches over the bound")
      case .unknown: ("open", "? not measured")
      }
    return .init("<span class=\"verdict \(kind)\">\(text)</span>", key: text)
  }
}
