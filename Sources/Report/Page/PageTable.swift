/// A table of the page: it can be sorted with scripts on, scrolls sideways where it is too wide.
struct PageTable {
  struct Column {
    let title: String
    var isNumber = false
  }

  struct Cell {
    let content: Markup
    /// What the table is sorted by; nil sorts last.
    let key: String?
    /// Put into the cell's tag.
    var attributes: Markup = ""

    init(_ content: Markup, key: String?) { (self.content, self.key) = (content, key) }

    init(text: String) { self.init("\(text)", key: text) }

    /// A number as people read it, sorted by the number itself.
    ///
    /// - Parameter detail: Below it, small.
    init(_ text: String, number: Double?, detail: String? = nil) {
      let small: Markup = detail.map { "<small>\($0)</small>" } ?? ""
      self.init("\(text)\(small)", key: number.flatMap { PlainNumber.text($0, decimals: 9) })
    }
  }

  struct Row {
    let cells: [Cell]
    /// Put into the row's tag.
    var attributes: Markup = ""
  }

  /// Tells screen readers what the table holds.
  let label: String
  let columns: [Column]
  let rows: [Row]

  var markup: Markup {
    let heads: [Markup] = columns.map {
      "<th scope=\"col\"\($0.isNumber ? Markup(" class=\"number\"") : "")>\($0.title)</th>"
    }
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(label)">
      <table class="sortable">
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(rows.map(row))
      </tbody>
      </table>
      </div>
      """
  }

  private func row(_ row: Row) -> Markup {
    let cells: [Markup] = zip(row.cells, columns).enumerated().map { index, pair in
      let (cell, column) = pair
      let kind: Markup = column.isNumber ? " class=\"number\"" : ""
      let key: Markup = cell.key.map { " data-key=\"\($0)\"" } ?? ""
      return index == 0
        ? "<th scope=\"row\"\(kind)\(key)\(cell.attributes)>\(cell.content)</th>"
        : "<td\(kind)\(key)\(cell.attributes)>\(cell.content)</td>"
    }
    return "<tr\(row.attributes)>\(cells)</tr>"
  }
}
