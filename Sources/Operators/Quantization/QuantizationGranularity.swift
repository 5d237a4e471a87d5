import Graph
import Runtime

/// Which scale and zero point belong to which element: one for all, one for each place of an axis, or one for each
/// block of neighbours along an axis.
struct QuantizationGranularity {
  /// Extents of the tensor.
  private let shape: [Int]
  /// The scales' shape with as many axes as the tensor's.
  private let parameters: [Int]
  private let axis: Int
  /// Elements along the axis that share a scale; 0 unless blocked.
  private let block: Int

  /// Checks the shape of the scales against the tensor's.
  init(of shape: [Int], scales: [Int], axis: Int, block: Int) throws(OperatorError) {
    self.shape = shape
    guard block >= 0 else { throw .invalid("attribute 'block_size' is \(block)") }
    if scales.isEmpty || scales == [1] {
      (parameters, self.axis, self.block) = (shape.map { _ in 1 }, 0, 0)
      return
    }
    self.axis = try Shape.resolved(axis: axis, rank: shape.count)
    self.block = block
    let extent = shape[self.axis]
    if block == 0 {
      guard scales == [extent] else {
        throw .invalid("scales of \(Shape.text(scales)) for axis \(self.axis) of \(Shape.text(shape))")
      }
      parameters = shape.indices.map { $0 == axis || $0 == axis + shape.count ? extent : 1 }
      return
    }
    var expected = shape
    expected[self.axis] = extent / block + (extent % block == 0 ? 0 : 1)
    guard scales == expected else {
      throw .invalid(
        "scales of \(Shape.text(scales)): blocks of \(block) along axis \(self.axis) of \(Shape.text(shape)) need "
          + Shape.text(expected))
    }
    parameters = scales
  }

  /// Calls `body` with runs of neighbouring elements and the position of their scale.
  func forEachRun(_ body: (_ elements: Range<Int>, _ parameter: Int) -> Void) {
    let count = shape.reduce(1, *)
    // An empty axis may have no scales either.
    if count == 0 { return }
    let distinct = parameters.reduce(1, *)
    if distinct <= 1 { return body(0..<count, 0) }
    if block == 0 {
      let inner = shape[(axis + 1)...].reduce(1, *)
      for run in 0..<(count / max(inner, 1)) { body((run * inner)..<((run + 1) * inner), run % distinct) }
      return
    }
    for (element, parameter) in blockPositions.enumerated() { body(element..<(element + 1), parameter) }
  }

  /// For every element the position of its block's scale.
  private var blockPositions: [Int] {
    let sources = shape.indices.map { i in (0..<shape[i]).map { i == axis ? $0 / block : $0 } }
    return Shape.positions(in: parameters, sources: sources)
  }

  /// Scales or zero points as a view of the tensor's shape.
  func view(_ values: LoweredView, into plan: inout Lowering) throws(OperatorError) -> LoweredView {
    if block > 0 {
      let repeated = try plan.temporary(type: values.type, shape: shape)
      try plan.pick(values, positions: blockPositions, to: repeated)
      return repeated
    }
    guard let aligned = values.reshaped(to: parameters) else {
      throw .invalid("scales of \(Shape.text(values.shape)) do not fit \(Shape.text(shape))")
    }
    return aligned.broadcast(to: shape)
  }

  /// Scales or zero points as a value that broadcasts to the tensor, for derivatives. Blocks are refused.
  func aligned(_ values: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    guard block == 0 else { throw .unsupported("a derivative of quantisation in blocks") }
    return try node.reshaped(values, to: parameters)
  }

  /// Elements summed for each scale.
  func reduced(
    _ value: ValueID, toShapeOf scale: ValueID, _ node: inout NodeGradient
  ) throws(OperatorError) -> ValueID {
    try node.reshaped(node.reduced(value, to: parameters), to: node.info(scale).shape)
  }
}
