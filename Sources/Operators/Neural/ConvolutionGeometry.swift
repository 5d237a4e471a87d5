/// Extents of a convolution `[N, Cin, spatial...] * [Cout, Cin / groups, kernel...]`, and its meaning in Double.
package struct ConvolutionGeometry: Sendable {
  let batch: Int
  let inputChannels: Int
  let outputChannels: Int
  let groups: Int
  let window: WindowGeometry

  /// Channels that one output sees.
  var depth: Int { inputChannels / groups }
  /// Outputs of one group.
  var columns: Int { outputChannels / groups }
  /// `[N, Cout, spatial...]`
  var outputShape: [Int] { [batch, outputChannels] + window.output }
  /// `[Cout, Cin / groups, kernel...]`
  var weightsShape: [Int] { [outputChannels, depth] + window.kernel }

  /// Checks the shapes of input, weights and bias against each other and places the windows.
  init(
    input: [Int], weights: [Int], bias: [Int]?, groups: Int, window: SlidingWindow
  ) throws(OperatorError) {
    let rank = try SlidingWindow.spatialRank(input)
    guard weights.count == rank + 2 else {
      throw .invalid("weights have \(weights.count) axes, the input \(input.count): they must have as many")
    }
    guard groups >= 1, input[1] % groups == 0, weights[0] % groups == 0 else {
      throw .invalid("\(input[1]) input and \(weights[0]) output channels cannot be cut into \(groups) groups")
    }
    guard weights[1] == input[1] / groups else {
      throw .invalid(
        "weights are for \(weights[1]) channels a group, the input has \(input[1]) channels in \(groups) groups")
    }
    if let bias, bias != [weights[0]] {
      throw .invalid("the bias has shape \(bias), \(weights[0]) output channels need [\(weights[0])]")
    }
    batch = input[0]
    inputChannels = input[1]
    outputChannels = weights[0]
    self.groups = groups
    self.window = try window.placed(on: Array(input[2...]), kernel: Array(weights[2...]))
  }

  /// The convolution of row-major tensors, exact for integers up to 2^53.
  ///
  /// - Parameter bias: Where the sums start, one for every output channel; empty for zeros.
  /// - Complexity: O(outputs * depth * taps) multiply-adds; whole rows at a time, so that they run in SIMD registers.
  func convolve(_ x: [Double], _ weights: [Double], bias: [Double]) -> [Double] {
    let count = window.outputCount
    var y = [Double](repeating: 0, count: batch * outputChannels * count)
    if !bias.isEmpty { for i in y.indices { y[i] = bias[i / count % outputChannels] } }
    y.withUnsafeMutableBufferPointer { y in
      x.withUnsafeBufferPointer { x in
        guard let sums = y.baseAddress, let values = x.baseAddress else { return }
        forEachRun { weight, from, step, to, count in
          accumulate(weights[weight], values + from, step: step, into: sums + to, count: count)
        }
      }
    }
    return y
  }

  /// The derivative of `sum(dy * convolve(x, weights))` by x. The same cost.
  func dataGradient(_ dy: [Double], _ weights: [Double]) -> [Double] {
    var dx = [Double](repeating: 0, count: batch * inputChannels * window.inputCount)
    forEachRun { weight, from, step, to, count in
      for i in 0..<count { dx[from + i * step] += weights[weight] * dy[to + i] }
    }
    return dx
  }

  /// The derivative of `sum(dy * convolve(x, weights))` by the weights. The same cost.
  func weightsGradient(_ x: [Double], _ dy: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: outputChannels * depth * window.taps)
    forEachRun { weight, from, step, to, count in
      for i in 0..<count { gradient[weight] += x[from + i * step] * dy[to + i] }
    }
    return gradient
  }

  /// Calls `body` for every run of outputs that meet their inputs through one weight: the weight, the first input, the
  /// inputs' distance, the first output, and how many.
  @inline(__always)
  private func forEachRun(_ body: (Int, Int, Int, Int, Int) -> Void) {
    let g = window.threeAxes
    let (inputCount, outputCount, taps) = (g.inputCount, g.outputCount, g.taps)
    let rows = [0, 1].map { axis in (0..<g.kernel[axis]).map { g.outputs(axis: axis, tap: $0) } }
    let spans = (0..<g.kernel[2]).map { g.outputs(axis: 2, tap: $0) }
    for plane in 0..<(batch * outputChannels) {
      let (n, m) = (plane / outputChannels, plane % outputChannels)
      for c in 0..<depth {
        let channel = (n * inputChannels + m / columns * depth + c) * inputCount
        for tap in 0..<taps {
          let (t0, t1, t2) = (tap / (g.kernel[1] * g.kernel[2]), tap / g.kernel[2] % g.kernel[1], tap % g.kernel[2])
          let span = spans[t2]
          if span.isEmpty { continue }
          let shift = span.lowerBound * g.stride[2] + t2 * g.dilation[2] - g.padBegin[2]
          for o0 in rows[0][t0] {
            let i0 = o0 * g.stride[0] + t0 * g.dilation[0] - g.padBegin[0]
            for o1 in rows[1][t1] {
              let i1 = o1 * g.stride[1] + t1 * g.dilation[1] - g.padBegin[1]
              body(
                (m * depth + c) * taps + tap, channel + (i0 * g.input[1] + i1) * g.input[2] + shift, g.stride[2],
                plane * outputCount + (o0 * g.output[1] + o1) * g.output[2] + span.lowerBound, span.count)
            }
          }
        }
      }
    }
  }
}

/// `sums[i] += weight * x[i * step]`.
@inline(__always)
func accumulate(
  _ weight: Double, _ x: UnsafePointer<Double>, step: Int, into sums: UnsafeMutablePointer<Double>, count: Int
) {
  if step == 1 {
    for i in 0..<count { sums[i] += weight * x[i] }
  } else {
    for i in 0..<count { sums[i] += weight * x[i &* step] }
  }
}
