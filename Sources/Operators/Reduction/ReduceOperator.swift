import Graph
import Runtime

/// An operator that combines all elements along some axes into one.
///
/// Axes are in the optional second operand; without it, or where it is empty, all axes are reduced, or none where
/// attribute `noop_with_empty_axes` is 1. A conforming type states its function once for real numbers and once for
/// integers.
package protocol ReduceOperator: Operator {
  /// The types that the operand may have; floating-point, and integers of 32 and 64 bits unless stated.
  static var operandTypes: [ElementType] { get }
  /// The attributes.
  var options: ReduceOptions { get }
  /// The instruction's function.
  var function: ReduceFunction { get }
  /// The function of some numbers, possibly none.
  func reduce(_ numbers: [Double]) -> Double
  /// The function of some integers (bool is 0 or 1), possibly none; wraps around where the result does not fit, and
  /// never traps. `bounds` are the element type's.
  func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I
}

/// The attributes of reductions.
package struct ReduceOptions: Sendable {
  /// Whether reduced axes stay with extent 1.
  let keepsAxes: Bool
  /// Whether no axes means none rather than all.
  let noneWhenEmpty: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    keepsAxes = try node.flag("keepdims", default: true)
    noneWhenEmpty = try node.flag("noop_with_empty_axes")
  }

  /// The reduced axes in ascending order.
  func axes(_ operand: Tensor?, rank: Int) throws(OperatorError) -> [Int] {
    let given = operand?.integers ?? []
    if given.isEmpty { return noneWhenEmpty ? [] : Array(0..<rank) }
    return try Shape.resolved(axes: given, rank: rank).sorted()
  }
}

extension ReduceOperator {
  package static var operandTypes: [ElementType] { .floatingPoint + [.int32, .int64, .uint32, .uint64] }

  /// By way of doubles, rounded toward zero.
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    let value = reduce(integers.map { Double($0) })
    if value.isNaN { return 0 }
    return value <= Double(bounds.lowerBound)
      ? bounds.lowerBound : value >= Double(bounds.upperBound) ? bounds.upperBound : I(value)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data", types: Self.operandTypes)
    let axes = try options.axes(try operands.optionalConstant(1), rank: x.rank)
    return [ValueInfo(type: x.type, shape: Shape.reduced(x.shape, axes, keepsAxes: options.keepsAxes))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let axes = try options.axes(operands.optional(1), rank: x.shape.count)
    let shape = Shape.reduced(x.shape, axes, keepsAxes: options.keepsAxes)
    let (starts, offsets) = Shape.reductionOffsets(x.shape, axes)
    func groups<T, R>(of values: [T], _ reduce: ([T]) -> R) -> [R] {
      starts.map { start in reduce(offsets.map { values[start + $0] }) }
    }
    switch x.type {
    case .float16, .float32, .float64:
      return [Tensor(type: x.type, shape: shape, doubles: groups(of: x.doubles, reduce))]
    case .uint64:
      let values = x.elements(as: UInt64.self)
      return [Tensor(groups(of: values) { reduce(integers: $0, bounds: UInt64.min...UInt64.max) }, shape: shape)]
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64, .bool:
      let bounds = x.type.integerBounds
      let results = groups(of: x.integers) { reduce(integers: $0, bounds: bounds) }
      return [Tensor(type: x.type, shape: shape, integers: results)]
    }
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    if node.input(1) != nil, try plan.constant(node, 1) == nil { throw .valueNeeded(operand: 1) }
    let axes = try options.axes(try plan.constant(node, 1), rank: x.rank)
    let y = try plan.firstResult(node, order: x.order(reducing: axes, keepsAxes: options.keepsAxes))
    if x.elementCount == 0 {
      // Nothing to combine: every result is what the function makes of no elements.
      let empty = try evaluate([Tensor(type: x.type, shape: [0], bytes: []), nil])
      return plan.fill(y, with: plan.constant(empty[0]))
    }
    let result = options.keepsAxes ? y : axes.reduce(y) { $0.inserting(axis: $1) }
    let mask = axes.reduce(Int32(0)) { $0 | 1 << Int32($1) }
    plan.emit(
      ReduceInstruction(function: function.rawValue, input: plan.id(x), output: plan.id(result), axes: mask),
      reads: [x], writes: [result])
  }
}

extension ReduceOperator {
  /// A value of the result's shape, repeated along the reduced axes to the operand's.
  func spread(_ value: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    let x = try node.info(node.requiredOperand(0))
    let axes = try options.axes(node.operand(1).flatMap { try? node.info($0).constant }, rank: x.rank)
    let kept = node.integers(Shape.reduced(x.shape, axes, keepsAxes: true))
    let reshaped = try node.emit("Reshape", [value, kept], ["allowzero": .int(1)])
    return try node.emit("Expand", [reshaped, node.integers(x.shape)])
  }

  /// Sets the derivative of a minimum or maximum: elements that are equal to the result share its derivative evenly.
  func setShareOfExtreme(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    let isExtreme = try node.indicator(node.emit("Equal", [x, spread(node.result(0), &node)]), like: dy)
    let count = try node.emit(
      "ReduceSum", [isExtreme, node.operand(1)],
      ["keepdims": .int(options.keepsAxes ? 1 : 0), "noop_with_empty_axes": .int(options.noneWhenEmpty ? 1 : 0)])
    node.set(0, try node.product(spread(node.quotient(dy, count), &node), isExtreme))
  }
}

extension Shape {
  /// A shape after a reduction of some axes.
  static func reduced(_ shape: [Int], _ axes: [Int], keepsAxes: Bool) -> [Int] {
    keepsAxes
      ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
      : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
  }

  /// Where the elements that are combined lie: result i is made of positions `starts[i] + offsets[...]`, in row-major
  /// order of the reduced axes.
  static func reductionOffsets(_ shape: [Int], _ axes: [Int]) -> (starts: [Int], offsets: [Int]) {
    let strides = rowMajorStrides(shape)
    let kept = shape.indices.filter { !axes.contains($0) }
    return (
      positions(kept.map { shape[$0] }, strides: kept.map { strides[$0] }),
      positions(axes.map { shape[$0] }, strides: axes.map { strides[$0] })
    )
  }
}

extension ElementType {
  /// The least and the greatest value of an integer type, as Int; of uint64 what fits.
  var integerBounds: ClosedRange<Int> {
    switch self {
    case .bool: 0...1
    case .uint8: 0...Int(UInt8.max)
    case .int8: Int(Int8.min)...Int(Int8.max)
    case .uint16: 0...Int(UInt16.max)
    case .int16: Int(Int16.min)...Int(Int16.max)
    case .uint32: 0...Int(UInt32.max)
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .uint64: 0...Int.max
    case .int64, .float16, .float32, .float64: Int.min...Int.max
    }
  }
}

extension LoweredView {
  /// The order of memory for what a reduction leaves of this view.
  func order(reducing axes: [Int], keepsAxes: Bool) -> MemoryOrder {
    .like(keepsAxes ? self : axes.reversed().reduce(self) { $0.removing(axis: $1) })
  }
}
