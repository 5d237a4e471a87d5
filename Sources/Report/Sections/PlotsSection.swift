import AAPPolicy

/// The four plots, and the layers' figures once more as a table.
struct PlotsSection {
  let summary: CampaignSummary

  var markup: Markup {
    let compared = compared
    let pairs = LayerPair.pairs(before: summary.baseline.layers, after: compared?.layers ?? [])
    return """
      <section id="campaign">
      <h2>The campaign</h2>
      <div class="pair">
      \(AccuracyLatencyPlot(summary).figure.markup)
      \(RoundSharesPlot(summary).figure.markup)
      </div>
      </section>
      <section id="layers">
      <h2>The layers</h2>
      \(remark(compared))
      <div class="pair">
      \(LayerWidthsPlot(pairs: pairs, network: compared?.name).figure.markup)
      \(LayerLatencyPlot(pairs: pairs, network: compared?.name).figure.markup)
      </div>
      \(LayerTable(pairs: pairs, network: compared?.name).markup)
      </section>
      """
  }

  /// The chosen network, or the last one on the way while none is chosen.
  private var compared: NetworkRecord? {
    summary.best ?? summary.rounds.last { $0.decision == .accepted || $0.decision == .onward }?.network
  }

  private func remark(_ compared: NetworkRecord?) -> Markup {
    switch (summary.best, compared) {
    case (.some, _): ""
    case (nil, let network?):
      "<p class=\"missing\">No network is chosen: “after” is \(network.name), the last on the way.</p>"
    case (nil, nil): "<p class=\"missing\">No pruned network is kept: only the baseline is shown.</p>"
    }
  }
}
