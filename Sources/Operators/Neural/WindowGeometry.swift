import Runtime

/// Windows on the spatial axes of a tensor: tap t of output o looks at input `o * stride + t * dilation - padBegin`.
package struct WindowGeometry: Sendable, Equatable {
  /// Spatial extents.
  var input: [Int]
  var output: [Int]
  /// Taps along each spatial axis.
  var kernel: [Int]
  var stride: [Int]
  var dilation: [Int]
  var padBegin: [Int]
  var padEnd: [Int]

  /// Number of spatial axes.
  var rank: Int { input.count }
  /// Spatial elements.
  var inputCount: Int { input.reduce(1, *) }
  var outputCount: Int { output.reduce(1, *) }
  var taps: Int { kernel.reduce(1, *) }

  /// Whether every output sees just the input at its own place.
  var isPointwise: Bool {
    kernel.allSatisfy { $0 == 1 } && stride.allSatisfy { $0 == 1 } && padBegin.allSatisfy { $0 == 0 }
      && input == output
  }

  /// The same with exactly three spatial axes, so that loops need one form; a pointwise one gets a single long axis.
  var threeAxes: WindowGeometry {
    if isPointwise {
      let (one, zero, extent) = ([1, 1, 1], [0, 0, 0], [1, 1, inputCount])
      return WindowGeometry(
        input: extent, output: extent, kernel: one, stride: one, dilation: one, padBegin: zero, padEnd: zero)
    }
    let ones = [Int](repeating: 1, count: max(0, 3 - rank))
    let zeros = [Int](repeating: 0, count: max(0, 3 - rank))
    return WindowGeometry(
      input: ones + input, output: ones + output, kernel: ones + kernel, stride: ones + stride,
      dilation: ones + dilation, padBegin: zeros + padBegin, padEnd: zeros + padEnd)
  }

  /// The outputs whose tap at a place of the kernel falls inside the input.
  func outputs(axis: Int, tap: Int) -> Range<Int> {
    let offset = tap * dilation[axis] - padBegin[axis]
    let step = stride[axis]
    let first = offset >= 0 ? 0 : (-offset + step - 1) / step
    let room = input[axis] - 1 - offset
    let last = room < 0 ? 0 : min(output[axis], room / step + 1)
    return first..<max(first, last)
  }

  /// The taps of an output that fall inside the input extended by `before` and `after`.
  func taps(axis: Int, output: Int, before: Int = 0, after: Int = 0) -> Range<Int> {
    let start = output * stride[axis] - padBegin[axis]
    let step = dilation[axis]
    let first = start >= -before ? 0 : (-before - start + step - 1) / step
    let room = input[axis] + after - 1 - start
    let last = room < 0 ? 0 : min(kernel[axis], room / step + 1)
    return first..<max(first, last)
  }

  /// One number an axis as an instruction holds them; unused lanes are `unused`.
  static func lanes(_ values: [Int], unused: Int32) -> SIMD4<Int32> {
    var result = SIMD4<Int32>(repeating: unused)
    for (lane, value) in values.prefix(4).enumerated() { result[lane] = Int32(clamping: value) }
    return result
  }

  var kernelLanes: SIMD4<Int32> { WindowGeometry.lanes(kernel, unused: 1) }
  var strideLanes: SIMD4<Int32> { WindowGeometry.lanes(stride, unused: 1) }
  var dilationLanes: SIMD4<Int32> { WindowGeometry.lanes(dilation, unused: 1) }
  var padBeginLanes: SIMD4<Int32> { WindowGeometry.lanes(padBegin, unused: 0) }
  var padEndLanes: SIMD4<Int32> { WindowGeometry.lanes(padEnd, unused: 0) }
}
