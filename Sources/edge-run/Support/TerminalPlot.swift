/// Curves drawn with braille characters, two dots across and four down in each: loss or accuracy by epoch, say.
package struct TerminalPlot {
  /// Values at 1, 2, 3, ...; where one is not finite the curve has a gap.
  package struct Curve {
    package let name: String
    package let values: [Double]

    package init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// How a curve is told from the others without colours: dots drawn and dots left out, in turn along the line.
  private static let dashes: [(on: Int, off: Int, sample: String)] = [
    (1, 0, "\u{2500}\u{2500}\u{2500}"), (3, 2, "\u{254C}\u{254C}\u{254C}"), (1, 2, "\u{00B7}\u{00B7}\u{00B7}"),
    (6, 3, "\u{2500}\u{2500} "), (1, 5, "\u{00B7} \u{00B7}"),
  ]

  private let title: String
  private let curves: [Curve]
  private let columns: Int
  private let rows: Int
  private let label: (Double) -> String
  private let abscissa: String

  /// - Parameters:
  ///   - title: Stands above, with the names of the curves.
  ///   - curves: At most five.
  ///   - width: Characters of a line, at least 20.
  ///   - height: Lines, with title and axes, at least 6.
  ///   - abscissa: What 1, 2, 3, ... count.
  ///   - label: The text of a value beside the axis.
  package init(
    title: String, curves: [Curve], width: Int, height: Int, abscissa: String = "epoch",
    label: @escaping (Double) -> String
  ) {
    self.title = title
    self.curves = Array(curves.prefix(TerminalPlot.dashes.count))
    self.label = label
    self.abscissa = abscissa
    rows = max(height, 6) - 3
    columns = max(width, 20)
  }

  /// The lines, or none where no curve has a finite value.
  package var lines: [String] {
    let finite = curves.flatMap { $0.values.filter(\.isFinite) }
    guard let lowest = finite.min(), let highest = finite.max() else { return [] }
    // A flat curve lies in the middle.
    let margin = highest > lowest ? 0 : max(abs(highest) / 10, 1e-6)
    let range = (lowest - margin)...(highest + margin)
    let labels = axisLabels(range)
    let gutter = min(labels.map(\.count).max() ?? 0, columns / 2)
    let canvasColumns = columns - gutter - 1
    var canvas = DotCanvas(columns: canvasColumns, rows: rows)
    let count = curves.map(\.values.count).max() ?? 0
    for (curve, dash) in zip(curves, TerminalPlot.dashes) {
      draw(curve.values, count: count, range, on: &canvas, on: dash.on, off: dash.off)
    }
    var lines = [heading]
    for (row, text) in canvas.lines.enumerated() {
      let label = String(labels[row].prefix(gutter))
      let axis = label.isEmpty ? "\u{2502}" : "\u{2524}"
      lines.append(String(repeating: " ", count: gutter - label.count) + label + axis + text)
    }
    let indent = String(repeating: " ", count: gutter)
    lines.append(indent + "\u{2514}" + String(repeating: "\u{2500}", count: canvasColumns))
    let last = "\(abscissa) \(count)"
    let space = max(canvasColumns - 1 - last.count, 1)
    lines.append(indent + " 1" + String(repeating: " ", count: space) + last)
    return lines.map { line in
      var line = line
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  /// Title and legend.
  private var heading: String {
    title + zip(curves, TerminalPlot.dashes).map { "   \($1.sample) \($0.name)" }.joined()
  }

  /// Labels of top, middle and bottom, empty between.
  private func axisLabels(_ range: ClosedRange<Double>) -> [String] {
    var labels = Array(repeating: "", count: rows)
    for row in Set([0, rows / 2, rows - 1]) {
      let share = rows > 1 ? Double(row) / Double(rows - 1) : 0.5
      // Not upper - share * (upper - lower), which overflows for the widest ranges.
      labels[row] = label(range.upperBound * (1 - share) + range.lowerBound * share) + " "
    }
    return labels
  }

  private func draw(
    _ values: [Double], count: Int, _ range: ClosedRange<Double>, on canvas: inout DotCanvas, on: Int, off: Int
  ) {
    let scale = range.upperBound / 2 - range.lowerBound / 2
    func dot(_ index: Int) -> (x: Double, y: Double)? {
      guard values[index].isFinite else { return nil }
      let x = count > 1 ? Double(index) / Double(count - 1) : 0
      let y = scale > 0 ? (range.upperBound / 2 - values[index] / 2) / scale : 0.5
      return (x * Double(canvas.width - 1), y * Double(canvas.height - 1))
    }
    var drawn = 0
    for index in values.indices {
      guard let end = dot(index) else { continue }
      let start = index > 0 ? dot(index - 1) ?? end : end
      let steps = max(Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)), 1)
      for step in 1...steps {
        let share = Double(step) / Double(steps)
        let isOn = drawn % (on + off) < on
        drawn += 1
        // Ends are always drawn, so that no value goes missing.
        guard isOn || (step == steps && steps > 1) else { continue }
        canvas.set(
          Int((start.x + (end.x - start.x) * share).rounded()), Int((start.y + (end.y - start.y) * share).rounded()))
      }
    }
  }
}

/// Dots in braille characters.
private struct DotCanvas {
  let columns: Int
  let rows: Int
  /// Dots across and down.
  var width: Int { columns * 2 }
  var height: Int { rows * 4 }
  private var cells: [UInt8]

  /// The bit of each dot of a character, by row and column.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: 0, count: columns * rows)
  }

  /// Sets a dot; those outside are left out.
  mutating func set(_ x: Int, _ y: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    cells[y / 4 * columns + x / 2] |= DotCanvas.bits[y % 4][x % 2]
  }

  var lines: [String] {
    (0..<rows).map { row in
      var line = ""
      for column in 0..<columns {
        let cell = cells[row * columns + column]
        line.unicodeScalars.append(cell == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell)) ?? " ")
      }
      return line
    }
  }
}
