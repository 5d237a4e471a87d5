import Training

/// The curves of a training, for terminals.
enum TrainingPlot {
  static func lines(_ epochs: [TrainingProgress.Epoch], width: Int) -> [String] {
    let loss = TerminalPlot(
      title: "loss", curves: [TerminalPlot.Curve(name: "training", values: epochs.map(\.loss))], width: width,
      height: 10, label: { Format.number($0, decimals: 3) })
    var curves = [TerminalPlot.Curve(name: "training", values: epochs.map { $0.trainTop1 * 100 })]
    if epochs.contains(where: { $0.validationTop1 != nil }) {
      curves.append(
        TerminalPlot.Curve(name: "validation", values: epochs.map { ($0.validationTop1 ?? .nan) * 100 }))
    }
    let accuracy = TerminalPlot(
      title: "accuracy, %", curves: curves, width: width, height: 12, label: { Format.number($0, decimals: 1) })
    return loss.lines + accuracy.lines
  }
}
