import Testing

import edge_run

@Suite struct TerminalPlotTests {
  private func plot(_ curves: [[Double]], width: Int = 60, height: Int = 12) -> [String] {
    TerminalPlot(
      title: "loss", curves: curves.enumerated().map { .init(name: "curve \($0)", values: $1) }, width: width,
      height: height, label: { "\(Int(($0 * 100).rounded()))" }
    ).lines
  }

  /// The characters of the canvas, without axis and labels.
  private func canvas(_ lines: [String]) -> [[Character]] {
    lines.dropFirst().dropLast(2).map { line in Array(line.drop { $0 != "\u{2502}" && $0 != "\u{2524}" }.dropFirst()) }
  }

  @Test func hasItsSizeLabelsAndLegend() {
    let lines = plot([[3, 2, 1], [1, 2, 3]])
    #expect(lines.count == 12)
    #expect(lines.allSatisfy { $0.count <= 60 })
    #expect(lines[0].contains("loss") && lines[0].contains("curve 0") && lines[0].contains("curve 1"))
    #expect(lines[1].hasPrefix("300 \u{2524}") && lines[9].hasPrefix("100 \u{2524}"))
    #expect(lines[11].hasSuffix("epoch 3"))
  }

  @Test func aFallingLineGoesFromTopLeftToBottomRight() throws {
    let canvas = canvas(plot([(0..<40).map { Double(40 - $0) }]))
    #expect(canvas.first?.first != " " && canvas.last?.first == " ")
    #expect(canvas.last?.last != " ")
    // Every column has dots, further down the further right.
    var previous = 0
    for column in 0..<(canvas.last?.count ?? 0) {
      let row = try #require(canvas.firstIndex { column < $0.count && $0[column] != " " })
      #expect(row >= previous)
      previous = row
    }
  }

  @Test func gapsAreNotDrawn() {
    var values = (0..<41).map { Double($0) }
    for index in 10..<31 { values[index] = .nan }
    let canvas = canvas(plot([values]))
    let columns = (canvas.map(\.count).max() ?? 0)
    for row in canvas where columns / 2 < row.count { #expect(row[columns / 2] == " ") }
  }

  @Test func oddInputsGiveAPlotOrNothing() {
    #expect(plot([]).isEmpty)
    #expect(plot([[], [.nan, .infinity]]).isEmpty)
    let curves: [[Double]] = [[1], [0, 0], [-1e308, 1e308], [1e-320, 2e-320], Array(repeating: 5, count: 3000)]
    for values in curves {
      let lines = plot([values].map { $0.map { min(max($0, -1e15), 1e15) } }, width: 1, height: 1)
      #expect(lines.count == 6, "\(values.prefix(3))")
      #expect(lines.dropFirst().joined().unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    }
    let extremes = TerminalPlot(
      title: "", curves: [.init(name: "", values: [-1e308, 1e308])], width: 40, height: 8, label: { "\($0)" })
    #expect(!extremes.lines.isEmpty)
  }
}
