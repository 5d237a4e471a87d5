/// The lines and numbers along a plot's sides.
enum PlotAxis {
  /// Grid lines across the box with their numbers to its left.
  static func vertical(_ ticks: NiceTicks, scale: LinearScale, box: Box, suffix: String = "") -> Markup {
    Markup.lines(
      ticks.values.map { value in
        let y = scale(value)
        return """
          <path class="grid" d="M\(box.left) \(y)H\(box.right)"/>\
          <text class="tick" x="\(box.left - 7)" y="\(y + 4.5)" text-anchor="end">\(ticks.label(value) + suffix)</text>
          """
      })
  }

  /// Grid lines down the box with their numbers below it, or above.
  static func horizontal(_ ticks: NiceTicks, scale: LinearScale, box: Box, isAbove: Bool = false) -> Markup {
    Markup.lines(
      ticks.values.map { value in
        let x = scale(value)
        let y = isAbove ? box.top - 6 : box.bottom + 17
        return """
          <path class="grid" d="M\(x) \(box.top)V\(box.bottom)"/>\
          <text class="tick" x="\(x)" y="\(y)" text-anchor="middle">\(ticks.label(value))</text>
          """
      })
  }
}
