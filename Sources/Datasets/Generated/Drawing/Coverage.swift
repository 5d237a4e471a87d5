/// How much of each pixel an outline covers, from 0 to 1: four lines through each row, exact along the line.
package struct Coverage {
  private static let linesPerRow = 4

  package let width: Int
  package let height: Int
  package private(set) var values: [Float]
  /// The rows that may hold anything.
  package private(set) var rows: Range<Int>

  /// An outline in pixel coordinates: (0, 0) is the first pixel's upper left corner.
  package init(_ path: Path, width: Int, height: Int) {
    self.width = width
    self.height = height
    values = [Float](repeating: 0, count: width * height)
    rows = 0..<0
    fill(path)
  }

  private struct Edge {
    let x: Double
    let slope: Double
    let lines: Range<Int>
    let winding: Int32
  }

  private struct Crossing {
    let x: Double
    let winding: Int32
  }

  private mutating func fill(_ path: Path) {
    let edges = edges(of: path)
    guard let first = edges.map(\.lines.lowerBound).min(), let last = edges.map(\.lines.upperBound).max() else {
      return
    }
    rows = (first / Self.linesPerRow)..<((last + Self.linesPerRow - 1) / Self.linesPerRow)
    // Crossings sorted by line: counted, then put into their places.
    var ends = [Int](repeating: 0, count: last - first + 1)
    for edge in edges {
      for line in edge.lines { ends[line - first + 1] += 1 }
    }
    for line in 1..<ends.count { ends[line] += ends[line - 1] }
    var crossings = [Crossing](repeating: Crossing(x: 0, winding: 0), count: ends[ends.count - 1])
    var next = ends
    for edge in edges {
      for line in edge.lines {
        crossings[next[line - first]] = Crossing(x: edge.x + edge.slope * Double(line), winding: edge.winding)
        next[line - first] += 1
      }
    }
    for line in first..<last {
      let range = ends[line - first]..<ends[line - first + 1]
      Self.sort(&crossings, range)
      var winding: Int32 = 0
      for index in range {
        let before = winding
        winding += crossings[index].winding
        if before != 0 {
          addSpan(from: crossings[index - 1].x, to: crossings[index].x, row: line / Self.linesPerRow)
        }
      }
    }
  }

  /// The sides that cross at least one line, with where they do.
  private func edges(of path: Path) -> [Edge] {
    let scale = Double(Self.linesPerRow)
    let lineCount = height * Self.linesPerRow
    var edges: [Edge] = []
    for polygon in path.polygons {
      for (index, start) in polygon.enumerated() {
        let end = polygon[index + 1 == polygon.count ? 0 : index + 1]
        guard start.x.isFinite, start.y.isFinite, end.x.isFinite, end.y.isFinite, start.y != end.y else { continue }
        let (upper, lower) = start.y < end.y ? (start, end) : (end, start)
        // Line l lies at y = (l + 1/2) / linesPerRow.
        let first = max(0, min(Double(lineCount), (upper.y * scale - 0.5).rounded(.up)))
        let last = max(0, min(Double(lineCount), (lower.y * scale - 0.5).rounded(.up)))
        guard first < last else { continue }
        let slope = (lower.x - upper.x) / ((lower.y - upper.y) * scale)
        edges.append(
          Edge(
            x: upper.x + slope * (0.5 - upper.y * scale), slope: slope, lines: Int(first)..<Int(last),
            winding: start.y < end.y ? 1 : -1))
      }
    }
    return edges
  }

  /// By insertion: a line has few crossings.
  private static func sort(_ crossings: inout [Crossing], _ range: Range<Int>) {
    for index in range.dropFirst() {
      let moved = crossings[index]
      var hole = index
      while hole > range.lowerBound, crossings[hole - 1].x > moved.x {
        crossings[hole] = crossings[hole - 1]
        hole -= 1
      }
      crossings[hole] = moved
    }
  }

  private mutating func addSpan(from start: Double, to end: Double, row: Int) {
    let start = max(0, min(start, Double(width)))
    let end = max(0, min(end, Double(width)))
    guard end > start else { return }
    let weight = 1 / Float(Self.linesPerRow)
    let first = min(Int(start), width - 1)
    let last = min(Int(end), width - 1)
    let base = row * width
    if first == last {
      values[base + first] += Float(end - start) * weight
      return
    }
    values[base + first] += Float(Double(first + 1) - start) * weight
    for column in (first + 1)..<last { values[base + column] += weight }
    values[base + last] += Float(end - Double(last)) * weight
  }
}
