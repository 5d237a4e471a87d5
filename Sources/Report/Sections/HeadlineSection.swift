import AAPPolicy

/// The outcome in one sentence, and its figures as tiles.
struct HeadlineSection {
  let summary: CampaignSummary

  var markup: Markup {
    let outcome = Outcome(summary)
    let last = outcome.phrases.count - 1
    let phrases: [Markup] = outcome.phrases.enumerated().map { index, phrase in
      "<span class=\"phrase\">\(phrase)\(index < last ? "," : "")</span>"
    }
    return """
      <header>
      <p class="kind">edge-run · pruning campaign</p>
      <h1>\(summary.title)</h1>
      <p class="outcome">\(phrases)</p>
      <p class="when">\(when)</p>
      </header>
      \(summary.best.map { tiles($0) } ?? "")
      """
  }

  private var when: String {
    let steps = summary.steps
    let accepted = steps.count { $0.decision == .accepted }
    let time = FigureText.duration(steps.reduce(0) { $0 + $1.seconds })
    let end = summary.ended.map { "ended \(ClockText.readable($0))" } ?? "not ended yet"
    return
      "Began \(ClockText.readable(summary.began)), \(end); \(summary.work)\(steps.isEmpty ? "" : " in \(time), \(accepted) accepted")."
  }

  private func tiles(_ best: NetworkRecord) -> Markup {
    let quantities: [(String, Quantity)] = [
      ("latency, median", .latency), ("weights and arena", .planBytes), ("parameters", .parameters),
      ("multiply-accumulates", .multiplyAccumulates),
    ]
    let tiles = quantities.map { tile($0, $1, best) }
    return """
      <section class="tiles" aria-label="Before and after">
      \(tiles[0])
      \(accuracyTile(best))
      \(Array(tiles.dropFirst()))
      </section>
      """
  }

  private func tile(_ title: String, _ quantity: Quantity, _ best: NetworkRecord) -> Markup {
    guard let after = best.figure(quantity)?.value else { return missingTile(title) }
    guard let before = summary.baseline.figure(quantity)?.value else {
      return tile(title, FigureText.quantity(after, quantity), "baseline not measured", share: nil)
    }
    let change = FigureText.change(from: before, to: after).map { ", \($0)" } ?? ""
    return tile(
      title, FigureText.quantity(after, quantity), "from \(FigureText.quantity(before, quantity))\(change)",
      share: best.share(of: summary.baseline, quantity))
  }

  private func accuracyTile(_ best: NetworkRecord) -> Markup {
    guard let after = best.validation else { return missingTile("validation accuracy") }
    guard let before = summary.baseline.validation else {
      return tile("validation accuracy", FigureText.percent(after), "baseline not measured", share: nil)
    }
    return tile(
      "validation accuracy", FigureText.percent(after),
      "from \(FigureText.percent(before)), \(FigureText.points(from: before, to: after)) points",
      share: before > 0 ? after / before : nil)
  }

  private func tile(_ title: String, _ figure: String, _ detail: String, share: Double?) -> Markup {
    let meter: Markup =
      share.map {
        "<p class=\"meter\" aria-hidden=\"true\"><span style=\"width:\(min(max($0, 0), 1) * 100)%\"></span></p>"
      }
      ?? ""
    return """
      <div class="tile"><p class="name">\(title)</p><p class="figure">\(figure)</p>\(meter)<p class="detail">\(detail)</p>\
      </div>
      """
  }

  private func missingTile(_ title: String) -> Markup {
    tile(title, FigureText.missing, "not measured", share: nil)
  }
}
