/// For each pixel of a stretch along one resized axis: which original pixels it is made of, and how much of each.
///
/// The arithmetic is that of Pillow's `Resample.c`: weights in double precision, normalised, then rounded to fixed
/// point, so that results agree to the bit.
struct FilterWeights {
  /// Fixed point: 8 bits of sample, 2 of headroom for overshoot, the rest of 32 for the weight.
  static let precision: Int32 = 32 - 8 - 2

  /// First original pixel of each output pixel.
  private(set) var starts: [Int32]
  /// Number of original pixels of each output pixel.
  private(set) var counts: [Int32]
  /// `capacity` weights for each output pixel, of which the first `counts[i]` are used.
  private(set) var weights: [Int32]
  /// Weights stored for each output pixel.
  let capacity: Int

  /// The original pixels that any of the output pixels needs.
  var sourceRange: Range<Int> {
    guard let first = starts.first, let lastStart = starts.last, let lastCount = counts.last else { return 0..<0 }
    return Int(first)..<Int(lastStart + lastCount)
  }

  /// - Parameters:
  ///   - source: the original's extent, at least 1.
  ///   - target: the whole resized picture's extent, at least 1.
  ///   - stretch: the output pixels wanted, not empty and within `0..<target`.
  init(source: Int, target: Int, stretch: Range<Int>, interpolation: Interpolation) {
    let scale = Double(source) / Double(target)
    let filterScale = max(scale, 1)
    let support = interpolation.support * filterScale
    let inverse = 1 / filterScale
    capacity = Int(support.rounded(.up)) * 2 + 1
    starts = []
    counts = []
    starts.reserveCapacity(stretch.count)
    counts.reserveCapacity(stretch.count)
    weights = [Int32](repeating: 0, count: stretch.count * capacity)
    var exact = [Double](repeating: 0, count: capacity)
    for (row, pixel) in stretch.enumerated() {
      let center = (Double(pixel) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), source) - start
      var sum = 0.0
      for index in 0..<count {
        let weight = interpolation.weight(at: (Double(index + start) - center + 0.5) * inverse)
        exact[index] = weight
        sum += weight
      }
      for index in 0..<count {
        let weight = (sum == 0 ? exact[index] : exact[index] / sum) * Double(1 << Self.precision)
        weights[row * capacity + index] = Int32(weight < 0 ? weight - 0.5 : weight + 0.5)
      }
      starts.append(Int32(start))
      counts.append(Int32(count))
    }
  }
}
