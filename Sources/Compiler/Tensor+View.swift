import Graph
import Runtime

extension Tensor {
  /// Writes all elements into a view of the same type and shape, whatever its strides.
  package func copy(to view: TensorView) {
    precondition(view.type == type && (0..<view.rank).map(view.extent) == shape, "the view has another type or shape")
    Tensor.forEachOffset(view) { position, offset in
      bytes.withUnsafeBytes { source in
        let size = type.byteCount
        if let base = source.baseAddress { (view.base + offset).copyMemory(from: base + position, byteCount: size) }
      }
    }
  }

  /// The elements of a view in logical row-major order.
  package init(copying view: TensorView) {
    let shape = (0..<view.rank).map(view.extent)
    let size = view.type.byteCount
    let bytes = [UInt8](unsafeUninitializedCapacity: view.elementCount * size) { target, count in
      if let base = target.baseAddress {
        Tensor.forEachOffset(view) { position, offset in
          UnsafeMutableRawPointer(base + position).copyMemory(from: view.base + offset, byteCount: size)
        }
      }
      count = view.elementCount * size
    }
    self.init(type: view.type, shape: shape, bytes: bytes)
  }

  /// Calls `body` with the byte positions of every element: in row-major order, and in the view's memory.
  private static func forEachOffset(_ view: TensorView, _ body: (Int, Int) -> Void) {
    let size = view.type.byteCount
    let count = view.elementCount
    var index = [Int](repeating: 0, count: view.rank)
    var offset = 0
    for position in 0..<count {
      body(position * size, offset * size)
      for axis in index.indices.reversed() {
        index[axis] += 1
        offset += view.stride(axis)
        if index[axis] < view.extent(axis) { break }
        offset -= index[axis] * view.stride(axis)
        index[axis] = 0
      }
    }
  }
}
