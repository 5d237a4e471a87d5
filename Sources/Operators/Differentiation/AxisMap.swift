/// A linear map along one axis of a tensor, as few weighted sources an element: resizing, padding, gathering, and the
/// transposes of these.
struct AxisMap {
  /// Extents.
  let input: Int
  let output: Int
  /// Sources of every output; at least 1.
  let taps: Int
  /// `output * taps` positions in the input.
  let indices: [Int]
  /// As many weights.
  let weights: [Double]

  init(input: Int, output: Int, taps: Int, indices: [Int], weights: [Double]) {
    (self.input, self.output, self.taps, self.indices, self.weights) = (input, output, taps, indices, weights)
  }

  /// Output o is the input's element `sources[o]`; zero where that is negative.
  init(sources: [Int], input: Int) {
    self.init(
      input: input, output: sources.count, taps: 1, indices: sources.map { max($0, 0) },
      weights: sources.map { $0 < 0 ? 0 : 1 })
  }

  /// Whether every element stays where it is.
  var isIdentity: Bool {
    input == output && taps == 1 && indices == Array(0..<output) && weights.allSatisfy { $0 == 1 }
  }

  /// The map whose matrix is the transpose of this one's. O(taps of both).
  var transposed: AxisMap {
    var rows = [[(index: Int, weight: Double)]](repeating: [], count: input)
    for (tap, weight) in weights.enumerated() where weight != 0 { rows[indices[tap]].append((tap / taps, weight)) }
    // Of equal length: what is missing is some element times 0.
    let longest = max(rows.map(\.count).max() ?? 1, 1)
    var (places, factors): ([Int], [Double]) = ([], [])
    for row in rows {
      let padding = Array(repeating: (index: row.first?.index ?? 0, weight: 0.0), count: longest - row.count)
      places += (row + padding).map(\.index)
      factors += (row + padding).map(\.weight)
    }
    return AxisMap(input: output, output: input, taps: longest, indices: places, weights: factors)
  }
}
