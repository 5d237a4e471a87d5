import AAPPolicy
import Foundation
import Report
import Testing

@Suite struct HTMLReportTests {
  @Test(arguments: StrangeCampaigns.all.indices) func isWellFormed(index: Int) {
    let (name, summary) = StrangeCampaigns.all[index]
    let page = PageReader(HTMLReport(summary).html)
    #expect(page.error == nil, "\(name)")
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count, "\(name): an id twice")
    #expect(page.named("h1").count == 1)
    #expect(page.named("section").count >= 8, "\(name)")
  }

  /// Nothing is loaded from anywhere, and nothing but the page's own script runs.
  @Test(arguments: StrangeCampaigns.all.indices) func standsAlone(index: Int) {
    let (name, summary) = StrangeCampaigns.all[index]
    let html = HTMLReport(summary).html
    let page = PageReader(html)
    #expect(page.named("script").count == 1, "\(name)")
    #expect(html.components(separatedBy: "<script").count == 2, "\(name)")
    #expect(html.components(separatedBy: "</script").count == 2, "\(name)")
    for absent in ["img", "link", "iframe", "object", "image", "use", "base"] { #expect(page.named(absent).isEmpty) }
    for element in page.elements {
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "src" || $0 == "xlink:href" })
      guard let reference = element.attributes["href"] else { continue }
      #expect(!reference.contains(":") && !reference.hasPrefix("/"), "\(name): \(reference)")
    }
    let style = page.named("style").first?.text ?? ""
    #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("http"))
  }

  /// Coordinates are numbers, lengths are not negative.
  @Test(arguments: StrangeCampaigns.all.indices) func drawingsHaveNumbers(index: Int) {
    let (name, summary) = StrangeCampaigns.all[index]
    let page = PageReader(HTMLReport(summary).html)
    let coordinates = ["x", "y", "cx", "cy", "r", "width", "height"]
    for element in page.elements where ["rect", "circle", "text"].contains(element.name) {
      for (key, value) in element.attributes where coordinates.contains(key) {
        let number = Double(value)
        #expect(number?.isFinite == true, "\(name): \(key)=\(value)")
        if ["r", "width", "height"].contains(key) { #expect((number ?? -1) >= 0, "\(name): \(key)=\(value)") }
        #expect(abs(number ?? 0) < 20_000, "\(name): \(key)=\(value)")
      }
    }
    for element in page.elements where ["path", "polyline", "svg", "g", "span"].contains(element.name) {
      for key in ["d", "points", "viewBox", "transform", "style"] {
        let value = element.attributes[key]?.lowercased() ?? ""
        #expect(!value.contains("nan") && !value.contains("inf"), "\(name): \(key)=\(value)")
      }
    }
    let words = page.elements.filter { ["text", "td", "th", "p"].contains($0.name) }.flatMap {
      $0.text.lowercased().split { !$0.isLetter }
    }
    #expect(!words.contains { $0 == "nan" || $0 == "inf" }, "\(name)")
  }

  @Test func hostileTextsAreTexts() throws {
    let summary = StrangeCampaigns.hostileTexts
    let page = PageReader(HTMLReport(summary).html)
    let text = StrangeCampaigns.hostile.unicodeScalars.map {
      ["\u{1}", "\u{202e}", "\u{fffe}"].contains($0) ? "\u{fffd}" : $0
    }
    let expected = String(String.UnicodeScalarView(text))
    #expect(page.named("h1").first?.text == expected)
    #expect(page.named("pre").map(\.text) == [expected, expected])
    let reasons = page.named("td").filter { $0.attributes["data-wide"] != nil }
    #expect(reasons.count == summary.rounds.count + summary.finals.count)
    #expect(summary.finals.count == 1)
    #expect(reasons.allSatisfy { $0.text == expected })
    #expect(page.named("code").contains { $0.text == "stem.conv" + expected })
  }

  @Test(arguments: [(0, 1), (1, 3), (14, 21), (100, 200)]) func everyRoundAndLayerAppears(rounds: Int, layers: Int) {
    let summary = MadeUpCampaign(rounds: rounds, layers: layers).summary
    let page = PageReader(HTMLReport(summary).html)
    #expect(summary.rounds.count == rounds)
    for record in summary.rounds {
      let number = "\(record.round.number)"
      let holders = page.elements.filter { $0.attributes["data-round"] == number }
      #expect(holders.contains { $0.name == "tr" && $0.text.contains(record.reason) })
      // A mark for accuracy against latency, one for each of three shares.
      #expect(holders.filter { $0.name == "g" }.count == 4)
    }
    #expect(summary.baseline.layers.count == layers + 1)
    let hints = page.named("title").map(\.text)
    let cells = page.named("code").map(\.text)
    for layer in summary.baseline.layers {
      #expect(hints.filter { $0.hasPrefix("\(layer.name) (\(layer.op))") }.count == 2)
      #expect(cells.filter { $0 == layer.name }.count == 1)
    }
  }

  @Test func labelsDoNotOverlap() {
    for rounds in [14, 100] {
      let page = PageReader(HTMLReport(MadeUpCampaign(rounds: rounds).summary).html)
      let labels = page.named("text").filter { $0.attributes["class"]?.hasPrefix("label") == true }
      #expect(labels.count > 5)
      #expect(labels.contains { $0.text == "baseline" })
      for (index, one) in labels.enumerated() {
        for other in labels[..<index] {
          let apart = abs((Double(one.attributes["x"] ?? "") ?? 0) - (Double(other.attributes["x"] ?? "") ?? 0))
          let above = abs((Double(one.attributes["y"] ?? "") ?? 0) - (Double(other.attributes["y"] ?? "") ?? 0))
          let width = Double(one.text.count + other.text.count) / 2 * 8
          #expect(apart >= width - 0.02 || above >= 14.98, "\(one.text) and \(other.text)")
        }
      }
    }
  }

  /// Final trainings have a row and a mark, also those that broke a bound, and count in what the campaign took.
  @Test func finalTrainingsAppear() throws {
    var summary = MadeUpCampaign().summary
    var broken = try #require(summary.finals.first)
    broken.decision = .rejected
    broken.reason = "accuracy lost 0.6 points, 0.5 allowed"
    broken.network.name = "final-1"
    summary.finals = [broken] + summary.finals
    let html = HTMLReport(summary).html
    let rows = PageReader(html).named("tr").filter { $0.text.hasPrefix("final") && $0.text.contains("from") }
    #expect(rows.count == 2)
    #expect(rows.first?.text.contains(broken.reason) == true)
    #expect(rows.first?.text.contains("chosen") == false)
    #expect(rows.last?.attributes["class"] == "chosen")
    #expect(html.contains("\(summary.rounds.count) rounds and 2 final trainings in "))
    #expect(PageReader(html).named("title").contains { $0.text.hasPrefix("final-1: rejected") })
    summary.best = nil
    #expect(Outcome(summary).text.contains("no network within all bounds after 14 rounds and 2 final trainings"))
  }

  @Test func missingThingsAreSaid() {
    let nothing = HTMLReport(StrangeCampaigns.nothingMeasured).html
    for sentence in [
      "The job sets no bounds.", "No network keeps every bound so far", "no network has both a measured latency",
      "no layers were recorded", "latency of single layers was not measured", "The front is empty",
      "There is no chosen network to test.", "No network is chosen yet.", "The job file is empty.",
    ] { #expect(nothing.contains(sentence), "\(sentence)") }
    #expect(HTMLReport(MadeUpCampaign(rounds: 0).summary).html.contains("No round has ended."))
    var untested = MadeUpCampaign().summary
    untested.best?.testTop1 = nil
    #expect(HTMLReport(untested).html.contains("accuracy on test pictures is not known"))
    #expect(HTMLReport(untested).html.contains("Test pictures decide nothing"))
  }

  /// Each bound is judged alone, also where another one is broken or unknown.
  @Test func boundsAreJudgedOneByOne() {
    var summary = MadeUpCampaign().summary
    summary.best?.measured[.latency] = MeasuredValue(1, lower: 0.9, upper: 1.1)
    summary.best?.measured[.parameters] = MeasuredValue(100)
    summary.best?.measured[.planBytes] = MeasuredValue(9)
    summary.best?.measured[.residentBytes] = nil
    summary.bounds = Bounds([.latency: 1, .parameters: 99, .planBytes: 9, .residentBytes: 5])
    let page = PageReader(HTMLReport(summary).html)
    let verdicts = page.named("span").filter { $0.attributes["class"]?.hasPrefix("verdict") == true }.map(\.text)
    #expect(
      verdicts == ["? its interval reaches over the bound", "✗ broken", "✓ holds", "? not measured"])
  }

  @Test func samePageAfterItsFile() throws {
    let summary = MadeUpCampaign().summary
    let again = try JSONDecoder().decode(CampaignSummary.self, from: JSONEncoder().encode(summary))
    #expect(HTMLReport(again).html == HTMLReport(summary).html)
  }

  /// Layers of one name, layers that are gone and layers that are new.
  @Test func layersArePairedByName() {
    func layer(_ name: String, _ outputs: Int) -> LayerRecord {
      LayerRecord(
        name: name, op: "Conv", inputs: 3, outputs: outputs, parameters: 1, multiplyAccumulates: 1, latency: nil)
    }
    var summary = MadeUpCampaign().summary
    summary.baseline.layers = [layer("twice", 11), layer("twice", 12), layer("old", 13)]
    summary.best?.layers = [layer("twice", 5), layer("new", 7), layer("twice", 6)]
    let values = PageReader(HTMLReport(summary).html).named("text")
      .filter { $0.attributes["class"] == "value" }.map(\.text)
    #expect(values == ["11 → 5", "12 → 6", "13 → gone", "– → 7"])
  }
}
