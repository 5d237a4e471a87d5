import AAPPolicy

/// Every round and final training with its decision and figures.
struct RoundsSection {
  let summary: CampaignSummary

  var markup: Markup {
    let content: Markup =
      summary.rounds.isEmpty
      ? "<p class=\"missing\">No round has ended.</p>"
      : """
      <p>Shares and points are against the baseline. Latency is the median, with its confidence interval. “From” is the round whose network a round or a final training started from.</p>
      \(table.markup)
      """
    return """
      <section id="rounds">
      <h2>The rounds</h2>
      \(content)
      </section>
      """
  }

  private var table: PageTable {
    PageTable(
      label: "Rounds",
      columns: [
        .init(title: "round", isNumber: true), .init(title: "decision"), .init(title: "reason"),
        .init(title: "threshold", isNumber: true),
        .init(title: "parameters", isNumber: true), .init(title: "MACs", isNumber: true),
        .init(title: "latency, ms", isNumber: true), .init(title: "memory", isNumber: true),
        .init(title: "validation", isNumber: true), .init(title: "time", isNumber: true),
      ],
      rows: summary.steps.map(row))
  }

  private func row(_ step: CampaignStep) -> PageTable.Row {
    let network = step.network
    let isChosen = network.name == summary.best?.name
    let mark = PlotMark(step.decision)
    let tag: Markup = isChosen ? " <span class=\"tag\">chosen</span>" : ""
    var decision = PageTable.Cell(
      "<span class=\"decision\">\(mark.symbol)\(mark.title)\(tag)</span>", key: mark.title)
    decision.attributes = " title=\"\(network.name)\""
    var reason = PageTable.Cell(text: step.reason)
    reason.attributes = " data-wide=\"\""
    let round: Markup = step.number.map { " data-round=\"\($0)\"" } ?? ""
    return PageTable.Row(
      cells: [
        .init(
          step.number.map(String.init) ?? "final", number: step.number.map(Double.init),
          detail: step.start.map { "from \($0)" }),
        decision, reason,
        .init(step.threshold.map(FigureText.significant) ?? FigureText.missing, number: step.threshold),
        counted(network, .parameters), counted(network, .multiplyAccumulates), latency(network),
        .init(network.text(.planBytes), number: network.figure(.planBytes)?.value), accuracy(network),
        .init(FigureText.duration(step.seconds), number: step.seconds),
      ],
      attributes: "\(round)\(isChosen ? Markup(" class=\"chosen\"") : "")")
  }

  private func counted(_ network: NetworkRecord, _ quantity: Quantity) -> PageTable.Cell {
    .init(
      network.text(quantity), number: network.figure(quantity)?.value,
      detail: network.share(of: summary.baseline, quantity).map { FigureText.percent($0, decimals: 0) })
  }

  private func latency(_ network: NetworkRecord) -> PageTable.Cell {
    guard let latency = network.figure(.latency) else { return .init(FigureText.missing, number: nil) }
    return .init(
      FigureText.significant(latency.value), number: latency.value, detail: FigureText.interval(latency))
  }

  private func accuracy(_ network: NetworkRecord) -> PageTable.Cell {
    guard let accuracy = network.validation else { return .init(FigureText.missing, number: nil) }
    let change = summary.baseline.validation.map { FigureText.points(from: $0, to: accuracy) }
    return .init(FigureText.percent(accuracy, decimals: 2), number: accuracy, detail: change)
  }
}
