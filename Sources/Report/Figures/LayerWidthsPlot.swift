import AAPPolicy

/// Output channels of every layer, before and after.
struct LayerWidthsPlot {
  let pairs: [LayerPair]
  /// The network compared with the baseline; nil while there is none.
  let network: String?

  /// The plot with its legend.
  var figure: PlotFigure {
    var figure = PlotFigure(
      id: "plot-widths", title: "Width of every layer",
      caption: network.map { "Output channels: the baseline and \($0)." } ?? "Output channels of the baseline.")
    guard !pairs.isEmpty else {
      figure.notes = ["Nothing to draw: no layers were recorded."]
      return figure
    }
    let rows = pairs.map { pair in
      LayerBars.Row(
        name: pair.name, before: pair.before.map { Double($0.outputs) }, after: pair.after.map { Double($0.outputs) },
        hint: hint(pair), missing: network == nil ? "" : "gone")
    }
    let bars = LayerBars(rows: rows, axis: "output channels") { FigureText.count($0) }
    figure.legend = network == nil ? [] : LayerBars.legend
    figure.drawings = bars.drawings
    return figure
  }

  private func hint(_ pair: LayerPair) -> String {
    let before = pair.before.map { "before: \($0.inputs) → \($0.outputs) channels" }
    let after = pair.after.map { "after: \($0.inputs) → \($0.outputs) channels" }
    let lines = ["\(pair.name) (\(pair.op))", before, network == nil ? nil : after ?? "after: gone"]
    return lines.compactMap { $0 }.joined(separator: "\n")
  }
}
