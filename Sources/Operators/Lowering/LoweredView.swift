import Graph
import Runtime

/// Names a piece of memory of a plan: an index into `Lowering.buffers`.
package struct BufferID: Hashable, Sendable {
  package let index: Int
}

/// A strided view of a plan's memory while the plan is made: slicing, transposing and broadcasting cost nothing.
package struct LoweredView: Sendable, Equatable {
  package let buffer: BufferID
  package let type: ElementType
  package let shape: [Int]
  /// Distances in elements; 0 repeats.
  package let strides: [Int]
  /// Elements from the start of the buffer.
  package let offset: Int

  package init(buffer: BufferID, type: ElementType, shape: [Int], strides: [Int], offset: Int) {
    self.buffer = buffer
    self.type = type
    self.shape = shape
    self.strides = strides
    self.offset = offset
  }

  private func with(shape: [Int], strides: [Int], offset: Int? = nil) -> LoweredView {
    LoweredView(buffer: buffer, type: type, shape: shape, strides: strides, offset: offset ?? self.offset)
  }

  /// Number of elements, repeated ones counted.
  package var elementCount: Int { shape.reduce(1, *) }

  /// Whether elements lie in row-major order without gaps.
  package var isContiguous: Bool {
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// Whether a view `[N, C, spatial...]` has its channels next to each other in memory, pixels after pixels.
  package var isChannelsLast: Bool { rank >= 2 && (strides[1] == 1 || shape[1] == 1) }

  package var rank: Int { shape.count }

  /// Axis i of the result is axis `axes[i]` of this view.
  package func permuted(_ axes: [Int]) -> LoweredView {
    with(shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
  }

  /// `count` elements along an axis from `start` in steps of `step` (positive).
  package func sliced(axis: Int, start: Int, count: Int, step: Int = 1) -> LoweredView {
    var (shape, strides) = (shape, strides)
    let offset = offset + start * strides[axis]
    shape[axis] = count
    strides[axis] *= step
    return with(shape: shape, strides: strides, offset: offset)
  }

  /// A new axis of extent 1 (or repeated `count` times) before axis `axis`.
  package func inserting(axis: Int, count: Int = 1) -> LoweredView {
    var (shape, strides) = (shape, strides)
    shape.insert(count, at: axis)
    strides.insert(0, at: axis)
    return with(shape: shape, strides: strides)
  }

  /// Without an axis of extent 1 (or at its first element).
  package func removing(axis: Int) -> LoweredView {
    var (shape, strides) = (shape, strides)
    shape.remove(at: axis)
    strides.remove(at: axis)
    return with(shape: shape, strides: strides)
  }

  /// Repeated to a larger shape by NumPy's rules. Precondition: this view's shape broadcasts to it.
  package func broadcast(to target: [Int]) -> LoweredView {
    let missing = target.count - shape.count
    let repeated = target.indices.map { axis -> Int in
      let own = axis - missing
      return own < 0 || (shape[own] == 1 && target[axis] != 1) ? 0 : strides[own]
    }
    return with(shape: target, strides: repeated)
  }

  /// One axis as two: `[..., outer * inner, ...]` becomes `[..., outer, inner, ...]`.
  package func splitting(axis: Int, inner: Int) -> LoweredView {
    var (shape, strides) = (shape, strides)
    let outer = shape[axis] / max(inner, 1)
    shape[axis] = inner
    shape.insert(outer, at: axis)
    strides.insert(strides[axis] * inner, at: axis)
    return with(shape: shape, strides: strides)
  }

  /// The same elements (in logical row-major order) in another shape, where that takes no copy; else nil.
  ///
  /// Works on groups of axes: a run of old axes whose product equals that of a run of new ones must lie evenly in
  /// memory (each stride the next one's times its extent).
  package func reshaped(to target: [Int]) -> LoweredView? {
    if shape == target { return self }
    if elementCount == 0 || target.contains(0) {
      return with(shape: target, strides: Shape.rowMajorStrides(target))
    }
    let old = shape.indices.filter { shape[$0] != 1 }
    var newStrides = [Int](repeating: 0, count: target.count)
    let new = target.indices.filter { target[$0] != 1 }
    var (o, n) = (0, 0)
    while o < old.count || n < new.count {
      guard o < old.count, n < new.count else { return nil }
      var (oldEnd, newEnd) = (o + 1, n + 1)
      var (oldProduct, newProduct) = (shape[old[o]], target[new[n]])
      while oldProduct != newProduct {
        if oldProduct < newProduct {
          guard oldEnd < old.count else { return nil }
          oldProduct *= shape[old[oldEnd]]
          oldEnd += 1
        } else {
          guard newEnd < new.count else { return nil }
          newProduct *= target[new[newEnd]]
          newEnd += 1
        }
      }
      for i in o..<(oldEnd - 1) where strides[old[i]] != strides[old[i + 1]] * shape[old[i + 1]] { return nil }
      var stride = strides[old[oldEnd - 1]]
      for i in (n..<newEnd).reversed() {
        newStrides[new[i]] = stride
        stride *= target[new[i]]
      }
      (o, n) = (oldEnd, newEnd)
    }
    return with(shape: target, strides: newStrides)
  }
}
