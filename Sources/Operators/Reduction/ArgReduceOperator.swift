import Graph
import Runtime

/// An operator that finds the position of an extreme element along an axis, as int64.
package protocol ArgReduceOperator: Operator {
  /// Whether the smallest element is sought.
  static var isMinimum: Bool { get }
  /// The attributes.
  var options: ArgReduceOptions { get }
}

/// The attributes of ArgMax and ArgMin.
package struct ArgReduceOptions: Sendable {
  let axis: Int
  /// Whether the axis stays with extent 1.
  let keepsAxis: Bool
  /// Whether the last of equal elements is taken rather than the first.
  let selectsLast: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    keepsAxis = try node.flag("keepdims", default: true)
    selectsLast = try node.flag("select_last_index")
  }
}

extension ArgReduceOperator {
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data", types: .numeric)
    let axis = try Shape.resolved(axis: options.axis, rank: x.rank)
    let shape = Shape.reduced(x.shape, [axis], keepsAxes: options.keepsAxis)
    guard x.shape[axis] > 0 || shape.contains(0) else { throw .invalid("axis \(axis) has no elements") }
    return [ValueInfo(type: .int64, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let axis = try Shape.resolved(axis: options.axis, rank: x.shape.count)
    let keys = x.orderKeys(nan: Self.isMinimum ? .min : .max)
    let (starts, offsets) = Shape.reductionOffsets(x.shape, [axis])
    let positions = starts.map { start in
      var best = 0
      for position in offsets.indices.dropFirst() {
        let (key, record) = (keys[start + offsets[position]], keys[start + offsets[best]])
        if key == record ? options.selectsLast : (key < record) == Self.isMinimum { best = position }
      }
      return Int64(best)
    }
    return [Tensor(positions, shape: Shape.reduced(x.shape, [axis], keepsAxes: options.keepsAxis))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: options.axis, rank: x.rank)
    let y = try plan.firstResult(node, order: x.order(reducing: [axis], keepsAxes: options.keepsAxis))
    if y.elementCount == 0 { return }
    let result = options.keepsAxis ? y : y.inserting(axis: axis)
    plan.emit(
      ArgReduceInstruction(
        minimum: Self.isMinimum ? 1 : 0, selectLast: options.selectsLast ? 1 : 0, input: plan.id(x),
        output: plan.id(result), axis: Int32(axis)),
      reads: [x], writes: [result])
  }
}

extension Tensor {
  /// Integers in the order of the elements: equal where those are (0 and -0), larger where those are; `nan` for NaN.
  func orderKeys(nan: Int) -> [Int] {
    if type.isFloatingPoint {
      return doubles.map { x in
        if x.isNaN { return nan }
        let bits = Int(bitPattern: UInt(x == 0 ? 0 : x.bitPattern))
        // The bits of a double are its sign and magnitude: negative ones are turned around.
        return bits >= 0 ? bits : bits ^ Int.max
      }
    }
    return type == .uint64 ? integers.map { $0 ^ Int.min } : integers
  }
}
