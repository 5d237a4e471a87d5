extension WindowGeometry {
  /// The elements of the input that one window sees: positions in a row-major plane.
  struct Positions: Sequence, IteratorProtocol {
    private let rows: (StrideTo<Int>, StrideTo<Int>, StrideTo<Int>)
    private let extents: (Int, Int)
    private var outer: StrideTo<Int>.Iterator
    private var middle: StrideTo<Int>.Iterator
    private var inner: StrideTo<Int>.Iterator
    private var base = 0
    private var row = 0
    private var isEmpty: Bool

    fileprivate init(_ rows: (StrideTo<Int>, StrideTo<Int>, StrideTo<Int>), extents: (Int, Int)) {
      self.rows = rows
      self.extents = extents
      (outer, middle, inner) = (rows.0.makeIterator(), rows.1.makeIterator(), rows.2.makeIterator())
      isEmpty = false
      guard let first = outer.next(), let second = middle.next() else {
        isEmpty = true
        return
      }
      base = first * extents.0
      row = (base + second) * extents.1
    }

    mutating func next() -> Int? {
      while !isEmpty {
        if let column = inner.next() { return row + column }
        if let next = middle.next() {
          row = (base + next) * extents.1
        } else if let next = outer.next() {
          base = next * extents.0
          middle = rows.1.makeIterator()
          guard let first = middle.next() else { break }
          row = (base + first) * extents.1
        } else {
          isEmpty = true
          break
        }
        inner = rows.2.makeIterator()
      }
      return nil
    }
  }

  /// Reduces the windows of all planes of a row-major tensor.
  ///
  /// - Parameter reduce: Gets the window's positions in the plane, the plane's first element, and the number of taps
  ///   that fall inside the padded input; returns one output.
  /// - Complexity: O(outputs * taps) calls at most; taps outside the input cost nothing.
  func reduceWindows(planes: Int, _ reduce: (Positions, _ plane: Int, _ padded: Int) -> Double) -> [Double] {
    let g = threeAxes
    let ranges = (0..<3).map { axis in (0..<g.output[axis]).map { g.taps(axis: axis, output: $0) } }
    let padded = (0..<3).map { axis in
      (0..<g.output[axis]).map {
        g.taps(axis: axis, output: $0, before: g.padBegin[axis], after: g.padEnd[axis]).count
      }
    }
    func row(_ axis: Int, _ output: Int) -> StrideTo<Int> {
      let range = ranges[axis][output]
      let start = output * g.stride[axis] - g.padBegin[axis] + range.lowerBound * g.dilation[axis]
      return Swift.stride(from: start, to: start + range.count * g.dilation[axis], by: g.dilation[axis])
    }
    var results: [Double] = []
    results.reserveCapacity(planes * g.outputCount)
    for plane in 0..<planes {
      for o0 in 0..<g.output[0] {
        let first = row(0, o0)
        for o1 in 0..<g.output[1] {
          let second = row(1, o1)
          for o2 in 0..<g.output[2] {
            let positions = Positions((first, second, row(2, o2)), extents: (g.input[1], g.input[2]))
            results.append(
              reduce(positions, plane * g.inputCount, padded[0][o0] * padded[1][o1] * padded[2][o2]))
          }
        }
      }
    }
    return results
  }
}
