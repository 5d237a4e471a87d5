/// Euclidean distances between the filters of a layer.
struct FilterDistances {
  let count: Int
  private var values: [Float]

  /// - Complexity: O(filters^2 * filter size).
  init(_ filters: LayerFilters) {
    count = filters.channels
    values = Array(repeating: 0, count: count * count)
    let size = filters.filterSize
    filters.weights.withUnsafeBufferPointer { weights in
      for a in 0..<count {
        for b in 0..<a {
          let distance = FilterDistances.squared(
            UnsafeBufferPointer(rebasing: weights[a * size..<(a + 1) * size]),
            UnsafeBufferPointer(rebasing: weights[b * size..<(b + 1) * size])
          ).squareRoot()
          values[a * count + b] = distance
          values[b * count + a] = distance
        }
      }
    }
  }

  /// Distances from one filter to all, itself included.
  subscript(filter: Int) -> ArraySlice<Float> { values[filter * count..<(filter + 1) * count] }

  /// Sum of squared differences. Eight partial sums, which a compiler may not introduce by itself.
  static func squared(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
    var partial = SIMD8<Float>.zero
    let whole = a.count - a.count % 8
    for start in stride(from: 0, to: whole, by: 8) {
      var difference = SIMD8<Float>.zero
      for lane in 0..<8 { difference[lane] = a[start + lane] - b[start + lane] }
      partial += difference * difference
    }
    var sum = partial.sum()
    for index in whole..<a.count { sum += (a[index] - b[index]) * (a[index] - b[index]) }
    return sum
  }
}
