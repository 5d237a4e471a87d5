import AAPPolicy

/// A network as a point of accuracy against latency.
struct NetworkPoint {
  let network: NetworkRecord
  let mark: PlotMark
  /// The round that made it; nil for the baseline and for networks trained after the rounds.
  let round: Int?
  /// Drawn beside it.
  let label: String
  let isChosen: Bool
  let latency: MeasuredValue
  /// A fraction of 1.
  let accuracy: Double

  /// Nil where latency or accuracy are missing.
  init?(_ network: NetworkRecord, mark: PlotMark, round: Int? = nil, label: String, isChosen: Bool = false) {
    guard let latency = network.figure(.latency), let accuracy = network.validation else { return nil }
    self.network = network
    self.mark = mark
    self.round = round
    self.label = label
    self.isChosen = isChosen
    self.latency = latency
    self.accuracy = accuracy
  }

  /// What is said of it when it is pointed at.
  var hint: String {
    let interval = FigureText.interval(latency).map { " (\($0))" } ?? ""
    let state = isChosen ? "chosen" : mark.title
    return """
      \(network.name): \(state)
      \(FigureText.milliseconds(latency.value))\(interval)
      \(FigureText.percent(accuracy, decimals: 2)) on validation
      \(network.text(.parameters)) parameters, \(network.text(.multiplyAccumulates)) MACs
      """
  }

  /// All networks of a campaign that can be drawn, the most important first, and how many cannot.
  static func all(of summary: CampaignSummary) -> (points: [NetworkPoint], missing: Int) {
    let best = summary.best?.name
    let baseline = summary.baseline
    var points = [
      NetworkPoint(baseline, mark: .baseline, label: "baseline", isChosen: best == baseline.name)
    ]
    let rounds = summary.rounds.map { record in
      NetworkPoint(
        record.network, mark: PlotMark(record.decision), round: record.round.number, label: "\(record.round.number)",
        isChosen: record.network.name == best)
    }
    points += summary.finals.map { record in
      let name = record.network.name
      return NetworkPoint(
        record.network, mark: PlotMark(record.decision), label: name.count > 14 ? name.prefix(13) + "…" : name,
        isChosen: name == best)
    }
    points += rounds.filter { $0?.isChosen == true } + rounds.filter { $0?.isChosen != true }
    let drawable = points.compactMap { $0 }
    return (drawable, points.count - drawable.count)
  }
}
