/// The attributes that say where a window stands on the spatial axes: those of convolutions and poolings.
package struct SlidingWindow: Sendable {
  /// ONNX's `auto_pad`.
  enum Padding: String {
    case explicit = "NOTSET"
    case valid = "VALID"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
  }

  /// Kernels, strides, dilations and pads beyond this are refused; sums and products of two of them cannot overflow.
  static let limit = 1 << 24

  let kernelShape: [Int]?
  let strides: [Int]?
  let dilations: [Int]?
  let pads: [Int]?
  let padding: Padding
  let ceilMode: Bool

  /// Reads `kernel_shape`, `strides`, `dilations`, `pads`, `auto_pad` and `ceil_mode` where they are given.
  package init(_ node: NodeAttributes) throws(OperatorError) {
    kernelShape = try SlidingWindow.list(node, "kernel_shape", atLeast: 1)
    strides = try SlidingWindow.list(node, "strides", atLeast: 1)
    dilations = try SlidingWindow.list(node, "dilations", atLeast: 1)
    pads = try SlidingWindow.list(node, "pads", atLeast: 0)
    let autoPad = try node.string("auto_pad", default: "NOTSET")
    guard let padding = Padding(rawValue: autoPad.isEmpty ? "NOTSET" : autoPad) else {
      throw .invalid("auto_pad '\(autoPad)' is none of NOTSET, VALID, SAME_UPPER and SAME_LOWER")
    }
    self.padding = padding
    ceilMode = try node.flag("ceil_mode")
  }

  /// A list of integers within `atLeast...limit`, or nil where it is not given.
  static func list(_ node: NodeAttributes, _ name: String, atLeast: Int) throws(OperatorError) -> [Int]? {
    guard let values = try node.ints(name) else { return nil }
    for value in values where value < atLeast || value > limit {
      throw .invalid("attribute '\(name)' has \(value): \(atLeast) to \(limit) is allowed")
    }
    return values
  }

  /// The attribute `kernel_shape` of a pooling, which has no weights to take it from.
  func requiredKernel() throws(OperatorError) -> [Int] {
    guard let kernelShape else { throw .invalid("attribute 'kernel_shape' is missing") }
    return kernelShape
  }

  /// Number of spatial axes of a tensor `[N, C, spatial...]`; one to three are supported.
  static func spatialRank(_ shape: [Int]) throws(OperatorError) -> Int {
    guard shape.count >= 3 else {
      throw .invalid("the input has \(shape.count) axes: batch, channels and at least one spatial axis are needed")
    }
    guard shape.count <= 5 else { throw .unsupported("\(shape.count - 2) spatial axes: at most 3 are") }
    return shape.count - 2
  }

  /// Strides, dilations, and pads before and after, filled in and checked for a number of spatial axes.
  func resolved(rank: Int) throws(OperatorError) -> (strides: [Int], dilations: [Int], begin: [Int], end: [Int]) {
    let ones = [Int](repeating: 1, count: rank)
    let (strides, dilations) = (strides ?? ones, dilations ?? ones)
    let pads = padding == .explicit ? self.pads ?? [Int](repeating: 0, count: 2 * rank) : []
    guard strides.count == rank, dilations.count == rank, padding != .explicit || pads.count == 2 * rank else {
      throw .invalid(
        "\(rank) spatial axes need \(rank) strides, \(rank) dilations and \(2 * rank) pads, "
          + "not \(strides.count), \(dilations.count) and \(pads.count)")
    }
    let zeros = [Int](repeating: 0, count: rank)
    return padding == .explicit
      ? (strides, dilations, Array(pads[..<rank]), Array(pads[rank...])) : (strides, dilations, zeros, zeros)
  }

  /// Places windows of the given kernel on spatial extents. Throws where a window does not fit.
  func placed(on input: [Int], kernel: [Int]) throws(OperatorError) -> WindowGeometry {
    let rank = input.count
    guard kernel.count == rank, kernel.allSatisfy({ $0 >= 1 && $0 <= SlidingWindow.limit }) else {
      throw .invalid("a kernel of \(kernel) does not fit \(rank) spatial axes")
    }
    if let kernelShape, kernelShape != kernel {
      throw .invalid("attribute 'kernel_shape' \(kernelShape) contradicts weights of \(kernel)")
    }
    var (strides, dilations, begin, end) = try resolved(rank: rank)
    var output = [Int](repeating: 0, count: rank)
    for axis in 0..<rank {
      let span = (kernel[axis] - 1) * dilations[axis] + 1
      let stride = strides[axis]
      if padding == .sameUpper || padding == .sameLower {
        output[axis] = (input[axis] + stride - 1) / stride
        let total = max(0, (output[axis] - 1) * stride + span - input[axis])
        begin[axis] = padding == .sameUpper ? total / 2 : total - total / 2
        end[axis] = total - begin[axis]
        continue
      }
      let room = input[axis] + begin[axis] + end[axis] - span
      var steps = SlidingWindow.quotient(room, stride, up: ceilMode)
      // Rounded up, but no window starts in the padding at the end.
      if ceilMode && steps * stride >= input[axis] + begin[axis] { steps -= 1 }
      guard steps >= 0 else {
        throw .invalid(
          "a window of \(span) elements does not fit spatial axis \(axis) of \(input[axis]) "
            + "with pads \(begin[axis]) and \(end[axis])")
      }
      output[axis] = steps + 1
    }
    return WindowGeometry(
      input: input, output: output, kernel: kernel, stride: strides, dilation: dilations, padBegin: begin,
      padEnd: end)
  }

  /// `value / divisor` rounded down or up.
  private static func quotient(_ value: Int, _ divisor: Int, up: Bool) -> Int {
    let (whole, rest) = (value / divisor, value % divisor)
    if rest == 0 { return whole }
    return up ? (value > 0 ? whole + 1 : whole) : (value < 0 ? whole - 1 : whole)
  }
}
