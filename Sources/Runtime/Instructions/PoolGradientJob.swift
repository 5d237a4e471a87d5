import CKernels

/// The windows of a pooling on three spatial axes; absent ones have extent 1.
struct PoolWindows {
  let axes: (WindowAxis, WindowAxis, WindowAxis)
  let padEnd: SIMD4<Int32>
  let divisor: PoolDivisor

  /// Calls `body` with the place of every output, the last axis fastest.
  @inline(__always)
  func forEachOutput(_ body: (SIMD4<Int>) -> Void) {
    for a in 0..<axes.0.output {
      for b in 0..<axes.1.output {
        for c in 0..<axes.2.output { body(SIMD4(a, b, c, 0)) }
      }
    }
  }

  /// Calls `body` with the position of every tap inside the input, the last axis fastest.
  @inline(__always)
  func forEachTap(_ place: SIMD4<Int>, _ body: (SIMD4<Int>) -> Void) {
    let origin = SIMD4(axes.0.origin(place[0]), axes.1.origin(place[1]), axes.2.origin(place[2]), 0)
    for v in axes.0.taps(of: place[0]) {
      for u in axes.1.taps(of: place[1]) {
        for w in axes.2.taps(of: place[2]) {
          body(origin &+ SIMD4(v * axes.0.dilation, u * axes.1.dilation, w * axes.2.dilation, 0))
        }
      }
    }
  }

  /// What the gradient of an average is multiplied with.
  func scale(_ place: SIMD4<Int>) -> Double {
    switch divisor {
    case .one: 1
    case .inside:
      1
        / Double(
          max(1, axes.0.taps(of: place[0]).count * axes.1.taps(of: place[1]).count * axes.2.taps(of: place[2]).count))
    case .padded:
      1
        / Double(
          max(
            1,
            axes.0.countedTaps(of: place[0], padEnd: Int(padEnd[0]))
              * axes.1.countedTaps(of: place[1], padEnd: Int(padEnd[1]))
              * axes.2.countedTaps(of: place[2], padEnd: Int(padEnd[2]))))
    }
  }
}

/// The part of a pooling's gradient that one task computes: some channels of an image.
struct PoolGradientJob {
  let windows: PoolWindows
  /// Nil for averages.
  let input: TensorView?
  let gradient: TensorView
  let output: TensorView
  let image: Int
  let channels: Range<Int>

  /// Elements from the view's base to a channel of the image.
  private func plane(_ view: TensorView, _ channel: Int) -> Int { image * view.stride(0) + channel * view.stride(1) }

  /// Axes beyond the view's rank have stride 0.
  @inline(__always)
  private func offset(_ view: TensorView, _ position: SIMD4<Int>) -> Int {
    position[0] * view.stride(2) + position[1] * view.stride(3) + position[2] * view.stride(4)
  }

  /// float32 with neighbouring channels: a kernel call a window. `scratch` has two pointers a tap.
  func runPixels(_ scratch: UnsafeMutableRawPointer, _ kernels: UnsafePointer<ek_kernels>) {
    guard let toLargest = kernels.pointee.f32_maxpool_gradient, let toAll = kernels.pointee.f32_avgpool_gradient
    else { return }
    let target = output.pointer(as: Float.self) + plane(output, channels.lowerBound)
    let source = input.map { $0.pointer(as: Float.self) + plane($0, channels.lowerBound) }
    let given = gradient.pointer(as: Float.self) + plane(gradient, channels.lowerBound)
    forEachPixel { position in (target + offset(output, position)).update(repeating: 0, count: channels.count) }
    let targets = scratch.assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
    windows.forEachOutput { place in
      var taps = 0
      windows.forEachTap(place) { position in
        targets[taps] = target + offset(output, position)
        taps += 1
      }
      if taps == 0 { return }
      let own = given + offset(gradient, place)
      guard let input, let source else { return toAll(channels.count, taps, own, Float(windows.scale(place)), targets) }
      let sources = (scratch + taps * 8).assumingMemoryBound(to: UnsafePointer<Float>.self)
      taps = 0
      windows.forEachTap(place) { position in
        sources[taps] = UnsafePointer(source + offset(input, position))
        taps += 1
      }
      toLargest(channels.count, taps, sources, own, targets)
    }
  }

  /// Any strides, one element at a time.
  func run<T: RealScalar>(as type: T.Type) {
    for channel in channels {
      let target = output.pointer(as: type) + plane(output, channel)
      let source = input.map { $0.pointer(as: type) + plane($0, channel) }
      let given = gradient.pointer(as: type) + plane(gradient, channel)
      forEachPixel { position in target[offset(output, position)] = 0 }
      windows.forEachOutput { place in
        let own = given[offset(gradient, place)]
        guard let input, let source else {
          let share = own * T(windows.scale(place))
          windows.forEachTap(place) { position in target[offset(output, position)] += share }
          return
        }
        var (best, largest) = (-1, T.zero)
        windows.forEachTap(place) { position in
          let value = source[offset(input, position)]
          if best < 0 || value > largest || (value.isNaN && !largest.isNaN) {
            (best, largest) = (offset(output, position), value)
          }
        }
        if best >= 0 { target[best] += own }
      }
    }
  }

  @inline(__always)
  private func forEachPixel(_ body: (SIMD4<Int>) -> Void) {
    for a in 0..<windows.axes.0.input {
      for b in 0..<windows.axes.1.input {
        for c in 0..<windows.axes.2.input { body(SIMD4(a, b, c, 0)) }
      }
    }
  }
}
