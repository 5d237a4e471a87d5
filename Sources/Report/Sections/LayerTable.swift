import AAPPolicy

/// The layers' figures before and after.
struct LayerTable {
  let pairs: [LayerPair]
  /// The network compared with the baseline; nil while there is none.
  let network: String?

  /// Folded until asked for: the plots show most of it.
  var markup: Markup {
    guard !pairs.isEmpty else { return "" }
    let table = PageTable(
      label: "Layers before and after",
      columns: [
        .init(title: "layer"), .init(title: "operator"), .init(title: "input channels", isNumber: true),
        .init(title: "output channels", isNumber: true), .init(title: "parameters", isNumber: true),
        .init(title: "MACs", isNumber: true), .init(title: "latency, ms", isNumber: true),
      ],
      rows: pairs.map(row))
    return """
      <details>
      <summary>All \(pairs.count) layers as a table</summary>
      \(table.markup)
      </details>
      """
  }

  private func row(_ pair: LayerPair) -> PageTable.Row {
    PageTable.Row(cells: [
      .init("<code>\(pair.name)</code>", key: pair.name),
      .init(text: pair.op),
      cell(pair, { Double($0.inputs) }, FigureText.count),
      cell(pair, { Double($0.outputs) }, FigureText.count),
      cell(pair, { Double($0.parameters) }, FigureText.count),
      cell(pair, { Double($0.multiplyAccumulates) }, FigureText.count),
      cell(pair, \.latency, FigureText.significant),
    ])
  }

  /// "64 → 23", sorted by the number after.
  private func cell(
    _ pair: LayerPair, _ figure: (LayerRecord) -> Double?, _ text: (Double) -> String
  ) -> PageTable.Cell {
    let before = pair.before.flatMap(figure)
    let after = pair.after.flatMap(figure)
    let (left, right) = (before.map(text) ?? FigureText.missing, after.map(text) ?? FigureText.missing)
    if network == nil { return .init(left, number: before) }
    return .init(left == right ? left : "\(left) → \(right)", number: after)
  }
}
