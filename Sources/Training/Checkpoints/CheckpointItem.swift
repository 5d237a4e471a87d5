import Graph
import Runtime

/// A tensor to be written into a checkpoint.
package struct CheckpointItem {
  /// Where the elements are.
  package enum Content {
    case tensor(Tensor)
    /// Row-major elements in memory, such as a session's, that stay as they are until the checkpoint is written.
    case memory(type: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer)
  }

  /// Unique in its checkpoint.
  package let name: String
  package let content: Content

  package init(_ name: String, _ tensor: Tensor) {
    self.name = name
    content = .tensor(tensor)
  }

  /// Precondition: the number of bytes fits type and shape.
  package init(_ name: String, type: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == shape.reduce(1, *) * type.byteCount, "bytes do not fit the shape")
    self.name = name
    content = .memory(type: type, shape: shape, bytes: bytes)
  }

  var type: ElementType {
    switch content {
    case .tensor(let tensor): tensor.type
    case .memory(let type, _, _): type
    }
  }

  var shape: [Int] {
    switch content {
    case .tensor(let tensor): tensor.shape
    case .memory(_, let shape, _): shape
    }
  }

  func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    switch content {
    case .tensor(let tensor): tensor.bytes.withUnsafeBytes(body)
    case .memory(_, _, let bytes): body(bytes)
    }
  }
}
