import AAPPolicy
import Report
import Testing

@Suite struct TextTests {
  @Test func markupEscapesTexts() {
    let text = "<b a='x' c=\"y\">&\u{0}\u{fffe}\n\u{85}"
    let markup: Markup = "<p>\(text)</p>"
    #expect(markup.source == "<p>&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;\u{fffd}\u{fffd}\n\u{fffd}</p>")
    let outer: Markup = "<div>\(markup)\(3)\(0.128)\(Double.nan)\(-0.001)\(2.0)</div>"
    #expect(outer.source == "<div>\(markup.source)30.13002</div>")
    #expect(Markup(text: "a<b").source == "a&lt;b")
  }

  @Test func figures() {
    #expect(FigureText.fixed(1.0051, decimals: 2) == "1.01")
    #expect(FigureText.fixed(-0.004, decimals: 2) == "0.00")
    #expect(FigureText.fixed(-2.5, decimals: 1) == "−2.5")
    #expect(FigureText.fixed(0.05, decimals: 3) == "0.050")
    #expect(FigureText.fixed(.nan, decimals: 1) == "–")
    #expect(FigureText.fixed(1e300, decimals: 1) == "1e+300")
    #expect(
      [0, 0.02134, 0.9996, 2.134, 9.999, 21.34, 99.96, 2134].map(FigureText.significant)
        == ["0", "0.0213", "1.00", "2.13", "10.0", "21.3", "100", "2134"])
    #expect(
      [999.0, 9999, 10_000, 272_474, 999_600, 40_800_000, 1e13].map(FigureText.count)
        == ["999", "9999", "10.0 k", "272 k", "1.00 M", "40.8 M", "10.0 T"])
    #expect(
      [0, 999, 1000, 512_000, 301_234, 1_234_567].map(FigureText.bytes)
        == ["0 B", "999 B", "1.00 kB", "512 kB", "301 kB", "1.23 MB"])
    #expect(FigureText.percent(0.8814) == "88.1 %")
    #expect(FigureText.percent(.infinity) == "–")
    #expect(FigureText.change(from: 2.1, to: 1.2) == "−43 %")
    #expect(FigureText.change(from: 2, to: 2.02) == "+1.0 %")
    #expect(FigureText.change(from: 2, to: 2) == "0.0 %")
    #expect(FigureText.change(from: 0, to: 2) == nil)
    #expect(FigureText.points(from: 0.884, to: 0.881) == "−0.30")
    #expect(FigureText.points(from: 0.881, to: 0.884) == "+0.30")
    #expect(FigureText.points(from: 0.88, to: 0.880001) == "0.00")
    #expect(
      [0.5, 42, 185, 7800, -1, .nan].map(FigureText.duration)
        == ["0.5 s", "42 s", "3 min 5 s", "2 h 10 min", "–", "–"])
    #expect(FigureText.interval(MeasuredValue(1.2, lower: 1.18, upper: 1.23)) == "1.18 to 1.23")
    #expect(FigureText.interval(MeasuredValue(1.2)) == nil)
  }

  @Test(arguments: [
    ("networks/final.edge", "networks/final.edge"), ("a b#?.onnx", "a%20b%23%3F.onnx"), ("ü", "%C3%BC"),
    ("javascript:alert(1)", "javascript%3Aalert%281%29"), ("/etc/passwd", nil), ("//host/x", nil), ("a//b", nil),
    ("../x", nil), ("a/../../x", nil), ("", nil), ("\"><script>", "%22%3E%3Cscript%3E"),
  ]) func links(path: String, reference: String?) {
    #expect(RelativeLink.reference(to: path) == reference)
  }

  @Test func outcomeInOneSentence() {
    var summary = MadeUpCampaign().summary
    func figures(_ latency: Double, _ bytes: Double, _ parameters: Double) -> MeasuredQuantities {
      [
        .latency: MeasuredValue(latency), .planBytes: MeasuredValue(bytes), .parameters: MeasuredValue(parameters),
      ]
    }
    summary.baseline.measured = figures(2.1, 512_000, 100)
    summary.best?.measured = figures(1.2, 301_000, 41)
    summary.best?.validationTop1 = 0.881
    #expect(
      Outcome(summary).text
        == "resnet20: 2.10 ms → 1.20 ms (−43 %), 88.4 % → 88.1 % on validation, 512 kB → 301 kB, 41 % of the parameters"
    )
    summary.best?.measured = [.parameters: MeasuredValue(41)]
    #expect(Outcome(summary).text == "resnet20: 88.4 % → 88.1 % on validation, 41 % of the parameters")
    summary.best = nil
    #expect(Outcome(summary).text.contains("no network within all bounds after 14 rounds and 1 final training, "))
    summary.finals = []
    #expect(
      Outcome(summary).text
        == "resnet20: no network within all bounds after 14 rounds, baseline 2.10 ms, 88.4 % on validation, 512 kB")
    summary.rounds = []
    #expect(Outcome(summary).text.hasPrefix("resnet20: no round has ended yet, baseline"))
  }
}
