import Graph
import Runtime

/// The attributes that DepthToSpace and SpaceToDepth share: blocks of pixels that become channels, or the reverse.
///
/// Both orders are views with axes `[N, C, H, b, W, b]`, so that either operator is one copy.
struct PixelBlocks {
  let size: Int
  /// Whether a channel's pixels lie next to each other in depth (CRD), rather than a pixel's channels (DCR).
  let isChannelMajor: Bool

  init(_ node: NodeAttributes) throws(OperatorError) {
    guard let size = try node.optionalInt("blocksize"), (1...SlidingWindow.limit).contains(size) else {
      throw .invalid("attribute 'blocksize' must be 1 to \(SlidingWindow.limit)")
    }
    self.size = size
    switch try node.string("mode", default: "DCR") {
    case "DCR": isChannelMajor = false
    case "CRD": isChannelMajor = true
    case let other: throw .invalid("attribute 'mode' is '\(other)', neither 'DCR' nor 'CRD'")
    }
  }

  /// The attributes that say the same.
  var attributes: [String: Attribute] { ["blocksize": .int(size), "mode": .string(isChannelMajor ? "CRD" : "DCR")] }

  /// `[N, C * b * b, H, W]` as `[N, C, H, b, W, b]`.
  func fromDepth(_ view: LoweredView) -> LoweredView {
    let channels = view.shape[1] / (size * size)
    if isChannelMajor {
      return view.splitting(axis: 1, inner: size * size).splitting(axis: 2, inner: size).permuted([0, 1, 4, 2, 5, 3])
    }
    return view.splitting(axis: 1, inner: channels).splitting(axis: 1, inner: size).permuted([0, 3, 4, 1, 5, 2])
  }

  /// `[N, C, H * b, W * b]` as `[N, C, H, b, W, b]`.
  func fromSpace(_ view: LoweredView) -> LoweredView {
    view.splitting(axis: 3, inner: size).splitting(axis: 2, inner: size)
  }

  /// The four-axis input of one of the operators.
  func input(_ operands: [ValueInfo?]) throws(OperatorError) -> ValueInfo {
    let x = try operands.required(0, "input")
    guard x.rank == 4 else { throw .invalid("the input has \(x.rank) axes: 4 are needed") }
    return x
  }

  /// Positions of a row-major tensor's elements in the order of a view of it.
  static func positions(_ shape: [Int], _ view: (LoweredView) -> LoweredView) -> [Int] {
    let whole = LoweredView(
      buffer: BufferID(index: 0), type: .uint8, shape: shape, strides: Shape.rowMajorStrides(shape), offset: 0)
    let part = view(whole)
    return Shape.positions(part.shape, strides: part.strides)
  }
}
