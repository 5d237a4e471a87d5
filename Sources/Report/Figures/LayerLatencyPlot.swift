import AAPPolicy

/// Latency of every layer alone on the target, before and after.
struct LayerLatencyPlot {
  let pairs: [LayerPair]
  /// The network compared with the baseline; nil while there is none.
  let network: String?

  /// The plot with its legend.
  var figure: PlotFigure {
    var figure = PlotFigure(
      id: "plot-layers", title: "Latency of every layer",
      caption: network.map { "Each layer alone on the target: the baseline and \($0)." }
        ?? "Each layer of the baseline alone on the target.")
    let times = pairs.flatMap { [Self.time($0.before), Self.time($0.after)] }.compactMap { $0 }
    guard let largest = times.max() else {
      figure.notes = ["Nothing to draw: the latency of single layers was not measured."]
      return figure
    }
    // Layers take micro- or milliseconds; one unit for all keeps the numbers comparable.
    let (unit, factor) = largest < 1 ? ("µs", 1000.0) : ("ms", 1.0)
    let text: (Double) -> String = { FigureText.fixed($0, decimals: factor == 1 ? 2 : $0 < 9.95 ? 1 : 0) }
    let rows = pairs.map { pair in
      let before = Self.time(pair.before).map { $0 * factor }
      let after = Self.time(pair.after).map { $0 * factor }
      return LayerBars.Row(
        name: pair.name, before: before, after: after,
        hint: """
          \(pair.name) (\(pair.op))
          before: \(before.map { "\(text($0)) \(unit)" } ?? "not measured")
          after: \(network == nil ? "no network yet" : after.map { "\(text($0)) \(unit)" } ?? "not measured")
          """,
        missing: network == nil && before != nil ? "" : network != nil && pair.after == nil ? "gone" : "not measured")
    }
    figure.legend = network == nil ? [] : LayerBars.legend
    figure.drawings = LayerBars(rows: rows, axis: "latency, \(unit)", text: text).drawings
    if times.count < pairs.count * (network == nil ? 1 : 2) {
      figure.notes = ["Not every layer was measured alone."]
    }
    return figure
  }

  private static func time(_ layer: LayerRecord?) -> Double? {
    guard let latency = layer?.latency, latency.isDrawable, latency >= 0 else { return nil }
    return latency
  }
}
