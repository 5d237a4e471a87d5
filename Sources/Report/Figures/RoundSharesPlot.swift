import AAPPolicy

/// Parameters, multiply-accumulates and latency of every round's network as shares of the baseline's, below one another.
struct RoundSharesPlot {
  private static let panelHeight = 90.0
  private static let panelStep = 120.0
  private static let left = 62.0
  private static let right = PlotFigure.width - 12

  private let summary: CampaignSummary

  init(_ summary: CampaignSummary) { self.summary = summary }

  /// The plot with its legend.
  var figure: PlotFigure {
    var figure = PlotFigure(
      id: "plot-rounds", title: "What was left, round by round",
      caption: "Shares of the baseline. A line leads to each round from the one whose network it started from.")
    let panels = [Quantity.parameters, .multiplyAccumulates, .latency].filter { !shares($0).isEmpty }
    guard !panels.isEmpty else {
      figure.notes = [
        summary.rounds.isEmpty
          ? "Nothing to draw: no round has ended." : "Nothing to draw: neither parameters nor latency were recorded."
      ]
      return figure
    }
    figure.legend = PlotMark.allCases
      .filter { mark in summary.rounds.contains { PlotMark($0.decision) == mark } }
      .map { "\($0.symbol)\($0.title)" }
    let height = 36 + Self.panelStep * Double(panels.count)
    let drawings = panels.enumerated().map { index, quantity in
      panel(quantity, top: 26 + Self.panelStep * Double(index), isLast: index == panels.count - 1)
    }
    figure.drawings = [
      (
        height,
        """
        \(drawings)
        <text class="axis" x="\(Self.right)" y="\(height - 4)" text-anchor="end">round</text>
        """
      )
    ]
    return figure
  }

  /// A hundred rounds stand closer than marks are wide.
  private var markScale: Double {
    let numbers = summary.rounds.map { Double($0.round.number) }
    let span = (numbers.max() ?? 0) - (numbers.min() ?? 0) + 1
    return min(1, max(0.45, (Self.right - Self.left) / span / 11))
  }

  private func shares(_ quantity: Quantity) -> [(record: RoundRecord, share: Double)] {
    summary.rounds.compactMap { record in
      record.network.share(of: summary.baseline, quantity).map { (record, $0) }
    }
  }

  private func panel(_ quantity: Quantity, top: Double, isLast: Bool) -> Markup {
    let box = Box(left: Self.left, top: top, right: Self.right, bottom: top + Self.panelHeight)
    let shares = shares(quantity)
    let numbers = summary.rounds.map { Double($0.round.number) }
    let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 1)
    let x = LinearScale(from: first - 0.5, to: last + 0.5, start: box.left, end: box.right)
    let highest = max(1, shares.map(\.share).max() ?? 1)
    let percents = LinearScale(from: 0, to: highest * 108, start: box.bottom, end: box.top)
    let ticks = NiceTicks(from: 0, to: highest * 100, count: 2)
    let rounds = NiceTicks(from: first, to: last, count: 8, isWhole: true)
    let title = quantity == .multiplyAccumulates ? "MACs" : quantity == .latency ? "latency" : "parameters"
    return """
      <text class="axis" x="4" y="\(top - 9)">\(title), % of the baseline</text>
      \(PlotAxis.vertical(ticks, scale: percents, box: box))
      <path class="frame" d="M\(box.left) \(box.top)V\(box.bottom)H\(box.right)"/>
      \(rounds.values.map { roundTick($0, label: isLast ? rounds.label($0) : "", x, box) })
      \(shares.map { branch(to: $0, x, percents, shares) })
      \(shares.map { mark($0, title, quantity, x, percents) })
      """
  }

  private func roundTick(_ value: Double, label: String, _ x: LinearScale, _ box: Box) -> Markup {
    """
    <path class="frame" d="M\(x(value)) \(box.bottom)v4"/>\
    <text class="tick" x="\(x(value))" y="\(box.bottom + 18)" text-anchor="middle">\(label)</text>
    """
  }

  private func branch(
    to entry: (record: RoundRecord, share: Double), _ x: LinearScale, _ y: LinearScale,
    _ shares: [(record: RoundRecord, share: Double)]
  ) -> Markup {
    guard let start = entry.record.round.start, let origin = shares.first(where: { $0.record.round.number == start })
    else { return "" }
    let isKept = entry.record.decision == .accepted || entry.record.decision == .onward
    return """
      <path class="\(isKept ? "path kept" : "path")" d="M\(x(Double(start))) \(y(origin.share * 100))\
      L\(x(Double(entry.record.round.number))) \(y(entry.share * 100))"/>
      """
  }

  private func mark(
    _ entry: (record: RoundRecord, share: Double), _ title: String, _ quantity: Quantity, _ x: LinearScale,
    _ y: LinearScale
  ) -> Markup {
    let record = entry.record
    let (px, py) = (x(Double(record.round.number)), y(entry.share * 100))
    let mark = PlotMark(record.decision)
    let isChosen = record.network.name == summary.best?.name
    return """
      <g class="mark" data-round="\(record.round.number)"><title>round \(record.round.number): \(mark.title)
      \(title): \(record.network.text(quantity)), \(FigureText.percent(entry.share)) of the baseline
      \(record.reason)</title>\
      <circle class="reach" cx="\(px)" cy="\(py)" r="11"/>\
      \(mark.shape(at: px, py, scale: markScale))\(isChosen ? PlotMark.ring(at: px, py) : "")</g>
      """
  }
}
