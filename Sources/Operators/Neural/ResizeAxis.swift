import Foundation

/// One axis of a resize: which elements of the input make each element of the output, and with what weights.
struct ResizeAxis {
  /// Extents.
  let input: Int
  let output: Int
  /// Sources of every output.
  let taps: Int
  /// `output * taps` positions in the input.
  let indices: [Int]
  /// As many weights.
  let weights: [Double]
  /// Whether an output lies outside the region of interest's input, or nowhere, and gets the extrapolation value.
  let isOutside: [Bool]

  /// How the axis is scaled.
  struct Geometry {
    let input: Int
    let output: Int
    /// Output extent over input extent, before rounding.
    let scale: Double
    /// Region of interest, as fractions of the input.
    let start: Double
    let end: Double
  }

  /// Places the taps. Throws where a filter would need absurdly many.
  init(_ geometry: Geometry, _ sampling: ResizeSampling) throws(OperatorError) {
    (input, output) = (geometry.input, geometry.output)
    let filter = sampling.filter(scale: geometry.scale)
    guard filter.taps <= SlidingWindow.limit, filter.taps <= Int.max / max(output, 1) / 64 else {
      throw .unsupported("a scale of \(geometry.scale) with antialiasing")
    }
    taps = sampling.mode == .nearest ? 1 : filter.taps
    var (indices, weights, outside): ([Int], [Double], [Bool]) = ([], [], [])
    for place in 0..<output {
      let x = sampling.coordinates.source(of: place, geometry)
      // A region of huge numbers may lead nowhere at all.
      outside.append(x.isNaN || sampling.coordinates == .cropAndResize && (x < 0 || x > Double(input - 1)))
      // Far outside nothing changes any more, and the conversion to an integer must not trap.
      let bounded = x.isNaN ? 0 : min(max(x, -0x1p40), 0x1p40)
      if sampling.mode == .nearest {
        indices.append(sampling.nearest.index(bounded))
        weights.append(1)
        continue
      }
      // The element to the left of x, or the one before where x hits one: the ratio lies in (0, 1].
      let whole = bounded.rounded(.down)
      let (base, ratio) = bounded == whole ? (Int(whole) - 1, 1) : (Int(whole), bounded - whole)
      let positions = (0..<filter.taps).map { base + filter.first + $0 }
      var row = filter.weights(ratio)
      if sampling.excludesOutside {
        for (tap, position) in positions.enumerated() where position < 0 || position >= input { row[tap] = 0 }
        let sum = row.reduce(0, +)
        if sum != 0 { row = row.map { $0 / sum } }
      }
      indices += positions
      weights += row
    }
    let last = max(input - 1, 0)
    self.indices = indices.map { min(max($0, 0), last) }
    self.weights = weights
    isOutside = outside
  }

  /// Whether the axis stays as it is.
  var isIdentity: Bool {
    input == output && !hasOutside
      && (0..<output).allSatisfy { place in
        (0..<taps).allSatisfy {
          let weight = weights[place * taps + $0]
          return indices[place * taps + $0] == place ? (taps > 1 || weight == 1) : weight == 0
        }
      }
      && (0..<output).allSatisfy { abs(weights[($0 * taps)..<(($0 + 1) * taps)].reduce(0, +) - 1) < 1e-12 }
  }

  /// Whether any output gets the extrapolation value.
  var hasOutside: Bool { isOutside.contains(true) }

  /// How often every element is repeated, where that is all that happens; nil otherwise.
  var repetition: Int? {
    guard taps == 1, !hasOutside, input > 0, output % input == 0 else { return nil }
    let count = output / input
    return indices.indices.allSatisfy { indices[$0] == $0 / count } ? count : nil
  }

  /// Applies the axis to a row-major tensor.
  func apply(_ x: [Double], shape: [Int], axis: Int) -> [Double] {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var y = [Double](repeating: 0, count: outer * output * inner)
    for block in 0..<outer {
      for place in 0..<output {
        for tap in (place * taps)..<((place + 1) * taps) where weights[tap] != 0 {
          let (source, target) = ((block * input + indices[tap]) * inner, (block * output + place) * inner)
          for i in 0..<inner { y[target + i] += weights[tap] * x[source + i] }
        }
      }
    }
    return y
  }
}
