import Graph
import Runtime

/// Which channel an element of a row-major tensor `[N, C, ...]` belongs to.
struct ChannelIndex {
  private let channels: Int
  private let inner: Int
  /// Elements a channel.
  let pixels: Double

  init(_ shape: [Int]) {
    channels = shape[1]
    inner = shape.dropFirst(2).reduce(1, *)
    pixels = Double(shape[0] * inner)
  }

  subscript(_ element: Int) -> Int { element / inner % channels }

  /// The sum of every channel's elements.
  func sums(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: channels)
    for i in values.indices { result[self[i]] += values[i] }
    return result
  }
}

extension NodeAttributes {
  /// The fused activation, which must be none, Relu or Clip.
  func fusedClamp() throws(OperatorError) -> FusedActivation {
    let activation = try fusedActivation()
    guard activation.isClamp else { throw .unsupported("an activation other than Relu and Clip") }
    return activation
  }
}

extension FusedActivation {
  /// For each result of a clamp whether a gradient passes it: whether it lies between the bounds; infinite ones are none.
  func passes(_ y: [Double]) -> [Bool] { y.map { FusedActivation.isInside($0, bounds) } }

  static func isInside(_ y: Double, _ bounds: (lower: Float, upper: Float)) -> Bool {
    (y > Double(bounds.lower) || bounds.lower == -.infinity) && (y < Double(bounds.upper) || bounds.upper == .infinity)
  }
}

extension Array where Element == ValueInfo? {
  /// A float32 or float64 operand `[N, C, ...]` that has elements.
  func batch(_ position: Int, _ role: String) throws(OperatorError) -> ValueInfo {
    let x = try required(position, role, types: [.float32, .float64])
    guard x.rank >= 2, x.shape.allSatisfy({ $0 > 0 }) else {
      throw .invalid("\(role) is \(Shape.text(x.shape)): a batch of channels is needed, and none may be empty")
    }
    return x
  }

  /// Throws unless an operand is there with another's type and shape.
  func require(_ position: Int, _ role: String, like other: ValueInfo) throws(OperatorError) {
    let operand = try required(position, role)
    guard operand.type == other.type, operand.shape == other.shape else {
      throw .invalid(
        "\(role) is \(operand.type.name) \(Shape.text(operand.shape)): \(other.type.name) "
          + "\(Shape.text(other.shape)) is needed")
    }
  }
}

extension Lowering {
  /// Elements a chunk of the sums over a batch at least has, and how many chunks there are at most. They decide on the
  /// order of additions, so they must not depend on the machine.
  private static let chunkElements = 16384
  private static let mostChunks = 64

  /// Memory for two sums a channel of each chunk of a batch's pixels.
  mutating func chunkSums(of x: LoweredView) throws(OperatorError) -> LoweredView {
    let chunks = max(1, min(Lowering.mostChunks, x.elementCount / Lowering.chunkElements))
    return try temporary(type: .float64, shape: [min(chunks, x.elementCount / x.shape[1]), 2, x.shape[1]])
  }

  /// Memory for a result, whether anybody asks for it or not.
  mutating func resultOrTemporary(
    _ node: Node, _ position: Int, type: ElementType, shape: [Int], order: MemoryOrder = .rowMajor
  ) throws(OperatorError) -> LoweredView {
    if let view = try result(node, position, order: order) { return view }
    return try temporary(type: type, shape: shape, order: order)
  }

  /// Emits a reduction of all axes but the channels.
  mutating func reduceToChannels(_ function: ReduceFunction, _ x: LoweredView, to result: LoweredView) {
    let reduced = result.inserting(axis: 0).appendingAxes(x.rank - 2)
    let axes = (0..<x.rank).reduce(Int32(0)) { $1 == 1 ? $0 : $0 | 1 << Int32($1) }
    emit(
      ReduceInstruction(function: function.rawValue, input: id(x), output: id(reduced), axes: axes), reads: [x],
      writes: [reduced])
  }

  /// `sqrt(variance + epsilon)` in new memory.
  mutating func deviation(_ variance: LoweredView, epsilon: Float) throws(OperatorError) -> LoweredView {
    let result = try temporary(type: variance.type, shape: variance.shape)
    emit(.add, variance, constant(Tensor(type: variance.type, shape: [], doubles: [Double(epsilon)])), to: result)
    emit(.squareRoot, result, to: result)
    return result
  }

  /// Emits `result = lower < y < upper ? gradient : 0`.
  mutating func mask(
    _ gradient: LoweredView, by y: LoweredView, bounds: (lower: Float, upper: Float), to result: LoweredView
  ) {
    emit(
      GradientMaskInstruction(
        gradient: id(gradient), y: id(y), output: id(result), lower: bounds.lower, upper: bounds.upper),
      reads: [gradient, y], writes: [result])
  }
}
