import AAPPolicy

/// Accuracy against latency: every network of a campaign, the front, the bounds.
struct AccuracyLatencyPlot {
  private static let height = 416.0
  private static let box = Box(left: 62, top: 30, right: PlotFigure.width - 12, bottom: height - 50)

  private let points: [NetworkPoint]
  private let missing: Int
  /// Line through the front: latency and accuracy, by latency.
  private let front: [(latency: Double, accuracy: Double)]
  /// Milliseconds.
  private let latencyBound: Double?
  /// A fraction of 1.
  private let accuracyBound: Double?
  private let latencies: (lower: Double, upper: Double)
  private let accuracies: (lower: Double, upper: Double)

  init(_ summary: CampaignSummary) {
    (points, missing) = NetworkPoint.all(of: summary)
    front = summary.front
      .compactMap { network -> (latency: Double, accuracy: Double)? in
        guard let latency = network.figure(.latency)?.value, let accuracy = network.validation else { return nil }
        return (latency, accuracy)
      }
      .sorted { ($0.latency, $0.accuracy) < ($1.latency, $1.accuracy) }
    latencyBound = summary.bounds.limits[.latency].flatMap { $0.isDrawable ? $0 : nil }
    accuracyBound = summary.bounds.limits[.accuracyLoss].flatMap { loss in
      guard loss.isDrawable, let baseline = summary.baseline.validation else { return nil }
      return baseline - loss / 100
    }
    latencies = Self.extent(
      points.flatMap { [$0.latency.lower, $0.latency.upper] }, with: latencyBound, margin: 0.07, smallest: 1e-3,
      reach: 1)
    // Rejected networks may be far below all others: those are shown on the edge.
    let kept = points.filter { $0.mark != .rejected && $0.mark != .rejectedEarly }.map(\.accuracy)
    let core = Self.extent(kept.isEmpty ? points.map(\.accuracy) : kept, with: accuracyBound, margin: 0, reach: 3)
    let floor = core.lower - 0.8 * max(core.upper - core.lower, 0.002)
    let seen = points.map(\.accuracy).filter { $0 >= floor }
    // Room below for the arrows of those that are not.
    let margins = (below: seen.count < points.count ? 0.16 : 0.08, above: 0.08)
    let tight = Self.extent(seen, with: accuracyBound, margin: 0, reach: 3)
    let span = max(tight.upper - tight.lower, 0.004)
    accuracies = (tight.lower - span * margins.below, tight.upper + span * margins.above)
  }

  /// The plot with legend and notes.
  var figure: PlotFigure {
    var figure = PlotFigure(
      id: "plot-accuracy", title: "Accuracy against latency",
      caption: "Top-1 accuracy on validation pictures over the median latency of one picture, with its interval.")
    guard !points.isEmpty else {
      figure.notes = ["Nothing to draw: no network has both a measured latency and an accuracy."]
      return figure
    }
    figure.legend = legend
    figure.drawings = [(Self.height, drawing)]
    figure.notes = notes
    return figure
  }

  private var x: LinearScale {
    LinearScale(from: latencies.lower, to: latencies.upper, start: Self.box.left, end: Self.box.right)
  }

  private var y: LinearScale {
    LinearScale(from: accuracies.lower, to: accuracies.upper, start: Self.box.bottom, end: Self.box.top)
  }

  private var drawing: Markup {
    let (x, y, box) = (x, y, Self.box)
    let accuracyTicks = NiceTicks(from: y.lower * 100, to: y.upper * 100, count: 6)
    let percents = LinearScale(from: y.lower * 100, to: y.upper * 100, start: box.bottom, end: box.top)
    let line = front.map { Markup("\(x($0.latency)),\(y($0.accuracy))") }.map(\.source).joined(separator: " ")
    var placer = LabelPlacer(frame: box)
    for point in points {
      let (px, py) = place(of: point)
      placer.take(Box(around: px, py, radius: point.isChosen ? 9 : 6))
      let (left, right) = (x(point.latency.lower), x(point.latency.upper))
      placer.take(Box(left: left - 4, top: py - 3, right: right + 4, bottom: py + 3))
    }
    let bounds = boundLines(&placer)
    return """
      <text class="axis" x="4" y="16">validation top-1, %</text>
      \(PlotAxis.vertical(accuracyTicks, scale: percents, box: box))
      \(PlotAxis.horizontal(NiceTicks(from: x.lower, to: x.upper, count: 6), scale: x, box: box))
      <path class="frame" d="M\(box.left) \(box.top)V\(box.bottom)H\(box.right)"/>
      <text class="axis" x="\(box.right)" y="\(Self.height - 10)" text-anchor="end">latency, median, ms</text>
      \(bounds)
      <polyline class="front" points="\(line)"/>
      \(points.reversed().map { mark($0) })
      \(points.map { label($0, &placer) })
      """
  }

  private func mark(_ point: NetworkPoint) -> Markup {
    let x = x
    let (px, py) = place(of: point)
    let round = point.round.map { Markup(" data-round=\"\($0)\"") } ?? ""
    let interval: Markup =
      point.latency.lower < point.latency.upper
      ? """
      <path class="interval" d="M\(x(point.latency.lower)) \(py)H\(x(point.latency.upper))\
      M\(x(point.latency.lower)) \(py - 3.5)v7M\(x(point.latency.upper)) \(py - 3.5)v7"/>
      """ : ""
    let below: Markup =
      isBelow(point) ? "<path class=\"below\" d=\"M\(px) \(py + 7)v9m-3.5 -4l3.5 4l3.5 -4\"/>" : ""
    return """
      <g class="mark"\(round)><title>\(point.hint)</title>\
      <circle class="reach" cx="\(px)" cy="\(py)" r="12"/>\(interval)\
      \(point.mark.shape(at: px, py))\(point.isChosen ? PlotMark.ring(at: px, py) : "")\(below)</g>
      """
  }

  private func label(_ point: NetworkPoint, _ placer: inout LabelPlacer) -> Markup {
    let (px, py) = place(of: point)
    let distance = point.isChosen ? 12.0 : 9.0
    guard let place = placer.place(point.label, at: px, py, distance: distance)
    else { return "" }
    // Centred in the room kept for it, which is that of the largest letters that the page uses.
    let middle = place.x + Double(point.label.count) * LabelPlacer.letterWidth / 2
    let style: Markup = point.isChosen || point.mark == .baseline ? "label strong" : "label"
    return "<text class=\"\(style)\" x=\"\(middle)\" y=\"\(place.y)\" text-anchor=\"middle\">\(point.label)</text>"
  }

  /// Where a point is drawn: one below the plot stands on its lower edge.
  private func place(of point: NetworkPoint) -> (x: Double, y: Double) {
    (x(point.latency.value), isBelow(point) ? Self.box.bottom - 19 : y(point.accuracy))
  }

  /// Dashed lines at the bounds within view, and the area that keeps all of them.
  private func boundLines(_ placer: inout LabelPlacer) -> Markup {
    let (x, y, box) = (x, y, Self.box)
    var allowed = box
    var lines: [Markup] = []
    if let latencyBound, isWithin(latencyBound, latencies) {
      allowed.right = x(latencyBound)
      let isRight = allowed.right < (box.left + box.right) / 2
      let text = "at most \(FigureText.milliseconds(latencyBound))"
      let width = Double(text.count) * LabelPlacer.letterWidth
      let start = isRight ? allowed.right + 5 : allowed.right - 5 - width
      placer.take(Box(left: start, top: box.top, right: start + width, bottom: box.top + 18))
      lines.append(
        """
        <path class="bound" d="M\(allowed.right) \(box.top)V\(box.bottom)"/>\
        <text class="bound-label" x="\(isRight ? start : start + width)" y="\(box.top + 13)" \
        text-anchor="\(isRight ? "start" : "end")">\(text)</text>
        """)
    }
    if let accuracyBound, isWithin(accuracyBound, accuracies) {
      allowed.bottom = y(accuracyBound)
      let text = "at least \(FigureText.percent(accuracyBound, decimals: 2))"
      let width = Double(text.count) * LabelPlacer.letterWidth
      let base = allowed.bottom + 15 > box.bottom ? allowed.bottom - 6 : allowed.bottom + 15
      placer.take(Box(left: box.right - width - 4, top: base - 13, right: box.right, bottom: base + 4))
      lines.append(
        """
        <path class="bound" d="M\(box.left) \(allowed.bottom)H\(box.right)"/>\
        <text class="bound-label" x="\(box.right - 4)" y="\(base)" text-anchor="end">\(text)</text>
        """)
    }
    guard !lines.isEmpty else { return "" }
    return """
      <rect class="allowed" x="\(box.left)" y="\(box.top)" width="\(max(0, allowed.right - box.left))" \
      height="\(max(0, allowed.bottom - box.top))"/>
      \(lines)
      """
  }

  private var legend: [Markup] {
    var keys = PlotMark.allCases.filter { mark in points.contains { $0.mark == mark } }
      .map { Markup("\($0.symbol)\($0.title)") }
    if points.contains(where: \.isChosen) {
      keys.append("\(PlotMark.symbol("<circle class=\"ring\" cx=\"8\" cy=\"8\" r=\"6.5\"/>"))chosen")
    }
    if front.count > 1 { keys.append("\(PlotMark.symbol("<path class=\"front\" d=\"M0 8h16\"/>"))front") }
    if [latencyBound.map { isWithin($0, latencies) }, accuracyBound.map { isWithin($0, accuracies) }].contains(true) {
      keys.append("\(PlotMark.symbol("<path class=\"bound\" d=\"M0 8h16\"/>"))bound")
    }
    return keys
  }

  private var notes: [String] {
    var notes: [String] = []
    if points.contains(where: isBelow) {
      notes.append("An arrow below a mark: its accuracy lies below the plot.")
    }
    if missing > 0 {
      notes.append("Not drawn, because latency or accuracy were not measured: \(missing).")
    }
    if let latencyBound, !isWithin(latencyBound, latencies) {
      notes.append("The bound of \(FigureText.milliseconds(latencyBound)) lies outside the plot.")
    }
    if let accuracyBound, !isWithin(accuracyBound, accuracies) {
      notes.append("The bound of \(FigureText.percent(accuracyBound, decimals: 2)) lies outside the plot.")
    }
    return notes
  }

  private func isBelow(_ point: NetworkPoint) -> Bool { point.accuracy < accuracies.lower }

  private func isWithin(_ value: Double, _ extent: (lower: Double, upper: Double)) -> Bool {
    extent.lower <= value && value <= extent.upper
  }

  /// From the least to the largest value, with the bound if it is not further off than `reach` times their span, and a
  /// margin as a share of the span.
  private static func extent(
    _ values: [Double], with bound: Double?, margin: Double, smallest: Double = 0, reach: Double
  ) -> (lower: Double, upper: Double) {
    guard var lower = values.min(), var upper = values.max() else { return (0, 1) }
    if let bound {
      let room = reach * max(upper - lower, 0.02 * max(lower.magnitude, upper.magnitude))
      if lower - room <= bound && bound <= upper + room { (lower, upper) = (min(lower, bound), max(upper, bound)) }
    }
    let width = max((upper - lower) * margin, smallest)
    return (lower - width, upper + width)
  }
}
