import Graph
import Operators

/// What remains of a node's constant operand along one axis.
struct ParameterCut: Sendable {
  let node: Int
  let operand: Int
  let axis: Int
  /// Positions that stay, ascending.
  let kept: [Int]
}

extension Tensor {
  /// The positions of an axis that are kept.
  func keeping(_ kept: [Int], axis: Int) -> Tensor { picking(kept, axis: axis) }

  /// Zeros in place of the positions of an axis that are not kept.
  func zeroing(except kept: [Int], axis: Int) -> Tensor {
    var places = Array(repeating: -1, count: shape[axis])
    for position in kept { places[position] = position }
    return picking(places, axis: axis)
  }

  /// The given positions of one axis, all of the others; zeros for a negative one.
  private func picking(_ places: [Int], axis: Int) -> Tensor {
    var sources = shape.map { Array(0..<$0) }
    sources[axis] = places
    return picking(Shape.positions(in: shape, sources: sources), shape: sources.map(\.count))
  }
}
