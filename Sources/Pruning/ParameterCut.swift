import Graph
import Runtime

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
  func keeping(_ kept: [Int], axis: Int) -> Tensor {
    let inner = shape[(axis + 1)...].reduce(1, *) * type.byteCount
    let outer = shape[..<axis].reduce(1, *)
    var result: [UInt8] = []
    result.reserveCapacity(outer * kept.count * inner)
    for block in 0..<outer {
      for position in kept {
        let start = (block * shape[axis] + position) * inner
        result.append(contentsOf: bytes[start..<start + inner])
      }
    }
    var extents = shape
    extents[axis] = kept.count
    return Tensor(type: type, shape: extents, bytes: result)
  }

  /// Zeros in place of the positions of an axis that are not kept.
  func zeroing(except kept: [Int], axis: Int) -> Tensor {
    let inner = shape[(axis + 1)...].reduce(1, *) * type.byteCount
    let outer = shape[..<axis].reduce(1, *)
    let stays = Set(kept)
    var result = bytes
    for block in 0..<outer {
      for position in 0..<shape[axis] where !stays.contains(position) {
        let start = (block * shape[axis] + position) * inner
        for byte in start..<start + inner { result[byte] = 0 }
      }
    }
    return Tensor(type: type, shape: shape, bytes: result)
  }
}
