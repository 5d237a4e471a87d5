import CKernels

/// A type that is pooled by its maximum.
protocol PoolElement: BitwiseCopyable, Comparable {
  /// Below any other value: the maximum of nothing.
  static var lowest: Self { get }
  /// Whether the value is no number.
  var isUnordered: Bool { get }
}

extension Float: PoolElement {
  static var lowest: Float { -.infinity }
  var isUnordered: Bool { isNaN }
}

extension Double: PoolElement {
  static var lowest: Double { -.infinity }
  var isUnordered: Bool { isNaN }
}

extension Int8: PoolElement {
  static var lowest: Int8 { .min }
  var isUnordered: Bool { false }
}

extension UInt8: PoolElement {
  static var lowest: UInt8 { .min }
  var isUnordered: Bool { false }
}

/// Pooling of any type over up to three spatial axes with any strides, one output element at a time.
///
/// A maximum ignores the padding and is NaN where the window has one; of equals it takes the first. A window that lies
/// in the padding altogether gives the type's lowest value, or 0 for averages and norms.
struct PoolLoop {
  /// The spatial axes; absent ones have extent 1.
  let axes: (WindowAxis, WindowAxis, WindowAxis)
  let padEnd: SIMD4<Int32>
  let countsPadding: Bool
  /// How indices are counted: the first spatial axis fastest, or the last one.
  let firstAxisFastest: Bool
  let exponent: Int
  let input: TensorView
  let output: TensorView
  let indices: TensorView?

  /// A place in the output: image, channel and spatial position.
  private typealias Place = SIMD8<Int>

  func runMaximum<T: PoolElement>(_ lines: Range<Int>, as type: T.Type) {
    forEachOutput(lines) { place in
      let source = input.pointer(as: type) + plane(input, place)
      var best = T.lowest
      var position = SIMD4(repeating: 0)
      var isFirst = true
      forEachTap(place) { tap in
        let value = source[offset(input, tap)]
        if isFirst || value > best || (value.isUnordered && !best.isUnordered) {
          best = value
          position = tap
          isFirst = false
        }
      }
      (output.pointer(as: type) + plane(output, place))[offset(output, spatial(place))] = best
      if let indices {
        (indices.pointer(as: Int64.self) + plane(indices, place))[offset(indices, spatial(place))] =
          Int64(index(place, position))
      }
    }
  }

  /// Sums in double precision.
  func runAverage<T: PoolElement & BinaryFloatingPoint>(_ lines: Range<Int>, as type: T.Type) {
    forEachOutput(lines) { place in
      let source = input.pointer(as: type) + plane(input, place)
      var sum: Double = 0
      var taps = 0
      forEachTap(place) { tap in
        sum += Double(source[offset(input, tap)])
        taps += 1
      }
      let divisor = countsPadding ? countedTaps(place) : taps
      (output.pointer(as: type) + plane(output, place))[offset(output, spatial(place))] = T(
        sum / Double(max(divisor, 1)))
    }
  }

  /// The p-th root of the sum of p-th powers.
  func runNorm<T: PoolElement & BinaryFloatingPoint>(_ lines: Range<Int>, as type: T.Type) {
    let p = Double(exponent)
    forEachOutput(lines) { place in
      let source = input.pointer(as: type) + plane(input, place)
      var sum: Double = 0
      forEachTap(place) { tap in
        let magnitude = Double(source[offset(input, tap)]).magnitude
        sum += exponent == 1 ? magnitude : exponent == 2 ? magnitude * magnitude : em_pow(magnitude, p)
      }
      let norm = exponent == 1 ? sum : exponent == 2 ? sum.squareRoot() : em_pow(sum, 1 / p)
      (output.pointer(as: type) + plane(output, place))[offset(output, spatial(place))] = T(norm)
    }
  }

  /// Calls `body` with every output of the lines (image, first spatial axis).
  @inline(__always)
  private func forEachOutput(_ lines: Range<Int>, _ body: (Place) -> Void) {
    let height = axes.0.output
    for line in lines {
      for channel in 0..<input.extent(1) {
        for x in 0..<axes.1.output {
          for z in 0..<axes.2.output { body(Place(line / height, channel, line % height, x, z, 0, 0, 0)) }
        }
      }
    }
  }

  /// Calls `body` with the input position of every tap inside the input, the last axis fastest.
  @inline(__always)
  private func forEachTap(_ place: Place, _ body: (SIMD4<Int>) -> Void) {
    let origins = (axes.0.origin(place[2]), axes.1.origin(place[3]), axes.2.origin(place[4]))
    for v in axes.0.taps(of: place[2]) {
      for u in axes.1.taps(of: place[3]) {
        for w in axes.2.taps(of: place[4]) {
          body(
            SIMD4(
              origins.0 + v * axes.0.dilation, origins.1 + u * axes.1.dilation, origins.2 + w * axes.2.dilation, 0))
        }
      }
    }
  }

  private func countedTaps(_ place: Place) -> Int {
    axes.0.countedTaps(of: place[2], padEnd: Int(padEnd[0]))
      * axes.1.countedTaps(of: place[3], padEnd: Int(padEnd[1]))
      * axes.2.countedTaps(of: place[4], padEnd: Int(padEnd[2]))
  }

  @inline(__always)
  private func spatial(_ place: Place) -> SIMD4<Int> { SIMD4(place[2], place[3], place[4], 0) }

  @inline(__always)
  private func plane(_ view: TensorView, _ place: Place) -> Int {
    place[0] * view.stride(0) + place[1] * view.stride(1)
  }

  /// Axes beyond the view's rank have stride 0.
  @inline(__always)
  private func offset(_ view: TensorView, _ position: SIMD4<Int>) -> Int {
    position[0] * view.stride(2) + position[1] * view.stride(3) + position[2] * view.stride(4)
  }

  /// Position of an element in the flattened input `[N, C, spatial...]`.
  private func index(_ place: Place, _ position: SIMD4<Int>) -> Int {
    let (a, b, c) = (axes.0.input, axes.1.input, axes.2.input)
    let inPlane =
      firstAxisFastest
      ? (position[2] * b + position[1]) * a + position[0] : (position[0] * b + position[1]) * c + position[2]
    return (place[0] * input.extent(1) + place[1]) * (a * b * c) + inPlane
  }
}
