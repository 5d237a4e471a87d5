/// A number of each layer before and after: a pale bar for before, a dark one within it for after.
///
/// Layers are drawn in blocks of at most 40, so that a page of 200 layers can be printed.
struct LayerBars {
  private static let blockSize = 40
  private static let rowHeight = 20.0
  private static let top = 44.0

  /// A layer's numbers; nil where there is none.
  struct Row {
    let name: String
    let before: Double?
    let after: Double?
    /// What is said of it when it is pointed at.
    let hint: String
    /// Why `after` is missing, where it is; empty where none is expected.
    let missing: String
  }

  let rows: [Row]
  /// Above the bars.
  let axis: String
  /// A number as its row tells it.
  let text: (Double) -> String
  /// The bars' ends: names stand left of them, numbers right, both as wide as they need to be.
  private let left: Double
  private let right: Double

  init(rows: [Row], axis: String, text: @escaping (Double) -> String) {
    (self.rows, self.axis, self.text) = (rows, axis, text)
    let letter = LabelPlacer.letterWidth
    let names = rows.map { Self.shortened($0.name).count }.max() ?? 0
    let numbers = rows.map { Self.numbers($0, text).count }.max() ?? 0
    left = 14 + max(4, Double(names)) * letter * 0.92
    right = PlotFigure.width - 14 - min(24, Double(numbers)) * letter
  }

  /// The blocks from top to bottom, all to one scale.
  var drawings: [(height: Double, content: Markup)] {
    let largest = rows.flatMap { [$0.before ?? 0, $0.after ?? 0] }.max() ?? 0
    let scale = LinearScale(from: 0, to: largest > 0 ? largest : 1, start: left, end: right)
    let ticks = NiceTicks(from: 0, to: largest > 0 ? largest : 1, count: 4)
    return stride(from: 0, to: rows.count, by: Self.blockSize).map { start in
      let block = rows[start..<min(start + Self.blockSize, rows.count)]
      let bottom = Self.top + Self.rowHeight * Double(block.count)
      let box = Box(left: left, top: Self.top, right: right, bottom: bottom)
      let drawn = block.enumerated().map { row($1, top: Self.top + Self.rowHeight * Double($0), scale) }
      return (
        bottom + 6,
        """
        <text class="axis" x="\(left)" y="16">\(axis)</text>
        \(PlotAxis.horizontal(ticks, scale: scale, box: box, isAbove: true))
        \(drawn)
        <path class="frame" d="M\(box.left) \(box.top)V\(box.bottom)"/>
        """
      )
    }
  }

  /// What the two bars are.
  static let legend: [Markup] = [
    "\(PlotMark.symbol("<rect class=\"bar-before\" x=\"0\" y=\"2\" width=\"16\" height=\"12\"/>"))before",
    "\(PlotMark.symbol("<rect class=\"bar-after\" x=\"0\" y=\"5\" width=\"16\" height=\"6\"/>"))after",
  ]

  private func row(_ row: Row, top: Double, _ scale: LinearScale) -> Markup {
    let middle = top + Self.rowHeight / 2
    let before: Markup =
      row.before.map {
        """
        <rect class="bar-before" x="\(left)" y="\(top + 3)" width="\(scale($0) - left)" \
        height="\(Self.rowHeight - 6)"/>
        """
      } ?? ""
    let after: Markup =
      row.after.map {
        """
        <rect class="bar-after" x="\(left)" y="\(middle - 3)" width="\(scale($0) - left)" height="6"/>
        """
      } ?? ""
    return """
      <g class="mark"><title>\(row.hint)</title>\
      <rect class="reach" x="0" y="\(top)" width="\(PlotFigure.width)" height="\(Self.rowHeight)"/>\
      <text class="row" x="\(left - 8)" y="\(middle + 4)" text-anchor="end">\(Self.shortened(row.name))</text>\
      \(before)\(after)\
      <text class="value" x="\(PlotFigure.width - 4)" y="\(middle + 4)" text-anchor="end">\(Self.numbers(row, text))</text></g>
      """
  }

  private static func numbers(_ row: Row, _ text: (Double) -> String) -> String {
    switch (row.before, row.after) {
    case (nil, nil): row.missing
    case (let before?, nil): row.missing.isEmpty ? text(before) : "\(text(before)) → \(row.missing)"
    case (nil, let after?): "\(FigureText.missing) → \(text(after))"
    case (let before?, let after?): before == after ? text(after) : "\(text(before)) → \(text(after))"
    }
  }

  /// A name that fits left of the bars: its ends tell layers apart.
  static func shortened(_ name: String) -> String {
    name.count > 20 ? "\(name.prefix(5))…\(name.suffix(14))" : name
  }
}
