import Runtime

/// A dense tensor in row-major order: the value of constants, of the reference interpreter, and of files.
///
/// Elements are kept as bytes in the machine's order (little-endian on all supported machines), so that moving data
/// needs no case for each type; arithmetic goes through `doubles` and `integers`, which every type converts to.
package struct Tensor: Sendable, Equatable {
  package let type: ElementType
  /// Extents, outermost first; empty for a scalar.
  package let shape: [Int]
  /// `elementCount * type.byteCount` bytes.
  package let bytes: [UInt8]

  /// A tensor of the given bytes. Precondition: their number fits type and shape.
  package init(type: ElementType, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(1, *) * type.byteCount, "bytes do not fit the shape")
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// A tensor of the given elements. Precondition: their number fits the shape.
  package init<T: TensorElement>(_ elements: [T], shape: [Int]) {
    self.init(type: T.elementType, shape: shape, bytes: elements.withUnsafeBytes { Array($0) })
  }

  /// A scalar.
  package init<T: TensorElement>(scalar: T) { self.init([scalar], shape: []) }

  /// Number of elements.
  package var elementCount: Int { shape.reduce(1, *) }

  /// The elements of a tensor whose type is `T`'s. Precondition: it is.
  package func elements<T: TensorElement>(as _: T.Type) -> [T] {
    precondition(type == T.elementType, "a tensor of \(type.name) read as \(T.elementType.name)")
    return bytes.withUnsafeBytes { Array($0.assumingMemoryBound(to: T.self)) }
  }

  /// The same elements in another shape. Precondition: the number of elements is the same.
  package func reshaped(_ shape: [Int]) -> Tensor { Tensor(type: type, shape: shape, bytes: bytes) }
}

/// A Swift type that tensors can hold.
package protocol TensorElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: TensorElement { package static var elementType: ElementType { .float32 } }
extension Double: TensorElement { package static var elementType: ElementType { .float64 } }
extension Float16: TensorElement { package static var elementType: ElementType { .float16 } }
extension UInt8: TensorElement { package static var elementType: ElementType { .uint8 } }
extension Int8: TensorElement { package static var elementType: ElementType { .int8 } }
extension UInt16: TensorElement { package static var elementType: ElementType { .uint16 } }
extension Int16: TensorElement { package static var elementType: ElementType { .int16 } }
extension UInt32: TensorElement { package static var elementType: ElementType { .uint32 } }
extension Int32: TensorElement { package static var elementType: ElementType { .int32 } }
extension UInt64: TensorElement { package static var elementType: ElementType { .uint64 } }
extension Int64: TensorElement { package static var elementType: ElementType { .int64 } }
extension Bool: TensorElement { package static var elementType: ElementType { .bool } }
