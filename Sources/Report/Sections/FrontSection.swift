import AAPPolicy

/// The networks to choose from, with their files; accuracy on test pictures; how to use the chosen one.
struct FrontSection {
  let summary: CampaignSummary

  var markup: Markup {
    """
    <section id="front">
    <h2>The front</h2>
    <p>Networks that no other beats in accuracy and in the objective (\(summary.objective.title)) at once. Their \
    files lie beside this page.</p>
    \(summary.front.isEmpty ? Markup("<p class=\"missing\">The front is empty: no network was kept.</p>") : "")
    \(table.markup)
    </section>
    <section id="test">
    <h2>On test pictures</h2>
    \(test)
    </section>
    <section id="use">
    <h2>Classify with the chosen network</h2>
    \(command)
    </section>
    """
  }

  private var table: PageTable {
    PageTable(
      label: "Networks of the front",
      columns: [
        .init(title: "network"), .init(title: "latency, ms", isNumber: true),
        .init(title: "validation", isNumber: true), .init(title: "test", isNumber: true),
        .init(title: "parameters", isNumber: true), .init(title: "MACs", isNumber: true),
        .init(title: "memory", isNumber: true), .init(title: "model"), .init(title: "plan"),
      ],
      rows: [row(summary.baseline, isBaseline: true)] + summary.front.map { row($0, isBaseline: false) })
  }

  private func row(_ network: NetworkRecord, isBaseline: Bool) -> PageTable.Row {
    let isChosen = network.name == summary.best?.name
    let tag: Markup = isChosen ? " <span class=\"tag\">chosen</span>" : ""
    let latency = network.figure(.latency)
    let round = summary.rounds.first { $0.network.name == network.name }?.round.number
    return PageTable.Row(
      cells: [
        .init("\(network.name)\(tag)", key: network.name),
        .init(
          latency.map { FigureText.significant($0.value) } ?? FigureText.missing, number: latency?.value,
          detail: latency.flatMap(FigureText.interval)),
        .init(
          network.validation.map { FigureText.percent($0, decimals: 2) } ?? FigureText.missing,
          number: network.validation),
        .init(
          network.testTop1.map { FigureText.percent($0, decimals: 2) } ?? FigureText.missing, number: network.testTop1),
        .init(network.text(.parameters), number: network.figure(.parameters)?.value),
        .init(network.text(.multiplyAccumulates), number: network.figure(.multiplyAccumulates)?.value),
        .init(network.text(.planBytes), number: network.figure(.planBytes)?.value),
        .init(RelativeLink.markup(to: network.model), key: network.model),
        .init(RelativeLink.markup(to: network.plan), key: network.plan),
      ],
      attributes: """
        \(round.map { Markup(" data-round=\"\($0)\"") } ?? "")\
        \(isChosen ? Markup(" class=\"chosen\"") : isBaseline ? Markup(" class=\"quiet\"") : "")
        """)
  }

  private var test: Markup {
    let rule = "Test pictures decide nothing: no round, no choice and no bound looks at them. They only report."
    guard let best = summary.best else {
      return "<p class=\"missing\">There is no chosen network to test.</p><p>\(rule)</p>"
    }
    guard let after = best.testTop1, after.isDrawable else {
      return "<p class=\"missing\">The chosen network’s accuracy on test pictures is not known.</p><p>\(rule)</p>"
    }
    let before =
      summary.baseline.testTop1.map { "; the baseline \(FigureText.percent($0, decimals: 2))" }
      ?? "; the baseline’s is not known"
    return """
      <p>\(best.name) gets <strong>\(FigureText.percent(after, decimals: 2))</strong> of the test pictures \
      right\(before). \(rule)</p>
      """
  }

  private var command: Markup {
    guard let command = summary.command else {
      return """
        <p class="missing">\(summary.best == nil ? "No network is chosen yet." : "The campaign names no command.")</p>
        """
    }
    return "<pre class=\"copy\"><code>\(command)</code></pre>"
  }
}
