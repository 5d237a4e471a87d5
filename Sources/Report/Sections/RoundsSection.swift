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
      rows: summary.rounds.map(row) + summary.finals.map(row))
  }

  private func row(_ record: RoundRecord) -> PageTable.Row {
    let round = record.round
    return row(
      .init("\(round.number)", number: Double(round.number), detail: round.start.map { "from \($0)" }),
      record.decision, record.reason,
      .init(FigureText.significant(round.threshold), number: round.threshold), record.network,
      seconds: record.seconds, attributes: " data-round=\"\(round.number)\"")
  }

  private func row(_ record: CampaignState.FinalRecord) -> PageTable.Row {
    row(
      .init("final", number: nil, detail: "from \(record.training.round)"), record.decision, record.reason,
      .init(FigureText.missing, number: nil), record.network, seconds: record.seconds, attributes: "")
  }

  private func row(
    _ number: PageTable.Cell, _ decision: RoundRecord.Decision, _ reason: String, _ threshold: PageTable.Cell,
    _ network: NetworkRecord, seconds: Double, attributes: Markup
  ) -> PageTable.Row {
    let isChosen = network.name == summary.best?.name
    let mark = PlotMark(decision)
    let tag: Markup = isChosen ? " <span class=\"tag\">chosen</span>" : ""
    var verdict = PageTable.Cell(
      "<span class=\"decision\">\(mark.symbol)\(mark.title)\(tag)</span>", key: mark.title)
    verdict.attributes = " title=\"\(network.name)\""
    var why = PageTable.Cell(text: reason)
    why.attributes = " data-wide=\"\""
    return PageTable.Row(
      cells: [
        number, verdict, why, threshold,
        counted(network, .parameters), counted(network, .multiplyAccumulates), latency(network),
        .init(network.text(.planBytes), number: network.figure(.planBytes)?.value), accuracy(network),
        .init(FigureText.duration(seconds), number: seconds),
      ],
      attributes: "\(attributes)\(isChosen ? Markup(" class=\"chosen\"") : "")")
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
