import Graph
import Runtime

/// Elements added before and after each axis of a tensor, or removed where their number is negative.
struct Padding {
  /// What added elements are.
  enum Mode: String {
    case constant
    /// Mirrored at the first and the last element, which are not repeated.
    case reflect
    /// The first or the last element.
    case edge
    /// The other end's elements.
    case wrap
  }

  let mode: Mode
  /// The operand's shape.
  let shape: [Int]
  let before: [Int]
  let after: [Int]

  /// Throws where the result would have a negative extent or too many elements, or where there is nothing to repeat.
  init(_ mode: Mode, shape: [Int], before: [Int], after: [Int]) throws(OperatorError) {
    (self.mode, self.shape, self.before, self.after) = (mode, shape, before, after)
    let limit = -Shape.maximumElementCount...Shape.maximumElementCount
    guard (before + after).allSatisfy(limit.contains) else { throw .invalid("pads \(before + after) are too large") }
    _ = try Shape.checked(result)
    for axis in shape.indices where mode != .constant && kept(axis).isEmpty && result[axis] > 0 {
      throw .invalid("axis \(axis) of \(Shape.text(shape)) has no elements to pad with")
    }
  }

  /// The result's shape.
  var result: [Int] { shape.indices.map { before[$0] + shape[$0] + after[$0] } }

  /// The operand's positions along an axis that are in the result.
  private func kept(_ axis: Int) -> Range<Int> {
    let start = max(0, -before[axis])
    return start..<max(start, shape[axis] + min(0, after[axis]))
  }

  /// Where each element along an axis of the result comes from; -1 for the constant.
  func sources(_ axis: Int) -> [Int] {
    let kept = kept(axis)
    let (first, count) = (kept.lowerBound, kept.count)
    return (0..<result[axis]).map { position in
      let own = position - max(0, before[axis])
      if own >= 0 && own < count { return first + own }
      switch mode {
      case .constant: return -1
      case .edge: return first + max(0, min(count - 1, own))
      case .wrap: return first + ((own % count) + count) % count
      case .reflect:
        let period = 2 * (count - 1)
        if period == 0 { return first }
        let phase = ((own % period) + period) % period
        return first + min(phase, period - phase)
      }
    }
  }

  /// The padded tensor; added elements of a constant padding are `fill`, or zero.
  func evaluate(_ x: Tensor, fill: Tensor?) -> Tensor {
    let positions = Shape.positions(in: shape, sources: shape.indices.map(sources))
    return x.picking(positions, shape: result, fill: fill)
  }

  /// Lowers a node that pads a view of `shape`; without added elements its result is a view too.
  func lower(_ node: Node, _ x: LoweredView, fill: LoweredView?, into plan: inout Lowering) throws(OperatorError) {
    var source = x
    for axis in shape.indices {
      let kept = kept(axis)
      source = source.sliced(axis: axis, start: kept.isEmpty ? 0 : kept.lowerBound, count: kept.count)
    }
    if source.shape == result { return plan.bind(node, to: source) }
    if mode == .constant, fill == nil, let value = node.output(0),
      let around = channels(around: source, whole: node.input(0).flatMap { plan.tiledHalves[$0] })
    {
      plan.paddedChannels[value] = around
    }
    let y = try plan.firstResult(node, order: .like(x))
    switch mode {
    case .constant: fillBorder(around: source, with: fill, of: y, &plan)
    case .edge, .reflect, .wrap: try repeatElements(of: x, source, in: y, &plan)
    }
  }

  /// Where all that is added to an image are channels.
  private func channels(around source: LoweredView, whole: TiledImage?) -> PaddedChannels? {
    guard shape.count == 4, source.type == .float32, source.shape == shape,
      shape.indices.allSatisfy({ $0 == 1 || before[$0] == 0 && after[$0] == 0 })
    else { return nil }
    return PaddedChannels(view: source, before: before[1], after: after[1], whole: whole)
  }

  /// Where the kept elements lie along an axis of the result.
  private func inside(_ axis: Int) -> (start: Int, count: Int) {
    let count = kept(axis).count
    return (min(max(0, before[axis]), result[axis] - count), count)
  }

  private func fillBorder(
    around source: LoweredView, with fill: LoweredView?, of y: LoweredView, _ plan: inout Lowering
  ) {
    let value = fill ?? plan.constant(Tensor(type: y.type, shape: [], integers: [0]))
    var rest = y
    // The border of each axis, within what the axes before it leave: no element is written twice.
    for axis in shape.indices {
      let (start, count) = inside(axis)
      plan.fill(rest.sliced(axis: axis, start: 0, count: start), with: value)
      plan.fill(
        rest.sliced(axis: axis, start: start + count, count: result[axis] - start - count), with: value)
      rest = rest.sliced(axis: axis, start: start, count: count)
    }
    if source.elementCount > 0 { plan.copy(source, to: rest) }
  }

  private func repeatElements(
    of x: LoweredView, _ source: LoweredView, in y: LoweredView, _ plan: inout Lowering
  ) throws(OperatorError) {
    if y.elementCount == 0 { return }
    let sources = shape.indices.map(sources)
    let added = shape.indices.reduce(0) { $0 + result[$1] - kept($1).count }
    // Slices are copied one by one, unless they are so many that a table is the lesser evil.
    guard added <= Self.maximumCopies else {
      return try plan.pick(x, positions: Shape.positions(in: shape, sources: sources), to: y)
    }
    var region = shape.indices.reduce(y) { view, axis in
      let (start, count) = inside(axis)
      return view.sliced(axis: axis, start: start, count: count)
    }
    plan.copy(source, to: region)
    // Axis by axis: what the axes before have added is repeated too.
    for axis in shape.indices where result[axis] > kept(axis).count {
      let (start, count) = inside(axis)
      region = LoweredView(
        buffer: y.buffer, type: y.type, shape: region.shape.replacing(result[axis], at: axis), strides: y.strides,
        offset: region.offset - start * y.strides[axis])
      for position in 0..<result[axis] where position < start || position >= start + count {
        let from = start + sources[axis][position] - kept(axis).lowerBound
        plan.copy(
          region.sliced(axis: axis, start: from, count: 1), to: region.sliced(axis: axis, start: position, count: 1))
      }
    }
  }

  /// At most this many slices are copied one by one.
  private static let maximumCopies = 64

  /// The derivative by the operand from that by the result: what was added is removed, or added to its sources.
  func gradient(_ dy: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    guard mode != .constant else { return try node.padded(dy, before: before.map { -$0 }, after: after.map { -$0 }) }
    var dx = dy
    for axis in shape.indices {
      dx = try node.scattered(dx, axis: axis, sources: sources(axis), extent: shape[axis])
    }
    return dx
  }
}

extension Array where Element == Int {
  /// A shape with another extent at an axis.
  fileprivate func replacing(_ extent: Int, at axis: Int) -> [Int] {
    var shape = self
    shape[axis] = extent
    return shape
  }
}
