import Graph
import Runtime
import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Turns tensors of a file into `Tensor`s: raw bytes, typed fields, or a range of another file.
struct TensorImporter {
  let limits: ImportLimits
  let externalData: ExternalData
  /// Bytes read so far, of all tensors and lists.
  private var bytesSoFar = 0

  init(limits: ImportLimits, externalData: ExternalData) {
    self.limits = limits
    self.externalData = externalData
  }

  /// The tensor's value. `what` names it in messages. O(bytes).
  mutating func tensor(_ proto: ONNXTensorProto, _ what: String) throws(ImportFailure) -> Tensor {
    let type = try ElementType.imported(proto.dataType, what)
    guard !proto.hasSegment else { throw .unsupported("\(what) is one segment of a tensor") }
    let shape = try shape(proto.dims, what)
    guard let count = Shape.elementCount(shape) else {
      throw .malformed("\(what) claims \(Shape.text(shape)) elements: 2^31 is the limit")
    }
    try take(count * type.byteCount, what)
    let bytes = try bytes(proto, type: type, count: count, what)
    return Tensor(type: type, shape: shape, bytes: type == .bool ? bytes.map { $0 == 0 ? 0 : 1 } : bytes)
  }

  /// Counts bytes that a tensor or an attribute takes: a function's attribute is there once for every call.
  mutating func take(_ byteCount: Int, _ what: String) throws(ImportFailure) {
    guard byteCount <= limits.tensorBytes - bytesSoFar else {
      throw .unsupported("tensors and attributes take more than \(limits.tensorBytes) bytes, reached by \(what)")
    }
    bytesSoFar += byteCount
  }

  private func shape(_ dims: [Int64], _ what: String) throws(ImportFailure) -> [Int] {
    guard dims.count <= limits.rank else {
      throw .unsupported("\(what) has \(dims.count) axes: \(limits.rank) is the limit")
    }
    // Extents are bounded even where another one is 0, so that products of some of them stay in range.
    for extent in dims where extent < 0 || extent > Int64(Shape.maximumElementCount) {
      throw .malformed("\(what) has an axis of extent \(extent)")
    }
    return dims.map { Int($0) }
  }

  private func bytes(
    _ proto: ONNXTensorProto, type: ElementType, count: Int, _ what: String
  ) throws(ImportFailure) -> [UInt8] {
    let byteCount = count * type.byteCount
    if proto.dataLocation == .external {
      return try externalData.read(proto.externalData, byteCount: byteCount, what)
    }
    if proto.hasRawData, !proto.rawData.isEmpty || count == 0 {
      guard proto.rawData.count == byteCount else {
        throw .malformed("\(what) has \(proto.rawData.count) bytes where its shape and type take \(byteCount)")
      }
      return Array(proto.rawData)
    }
    switch type {
    case .float32: return try typed(proto.floatData, count, what)
    case .float64: return try typed(proto.doubleData, count, what)
    case .int64: return try typed(proto.int64Data, count, what)
    case .uint64: return try typed(proto.uint64Data, count, what)
    case .uint32: return try typed(proto.uint64Data.map { UInt32(truncatingIfNeeded: $0) }, count, what)
    case .int32: return try typed(proto.int32Data, count, what)
    // float16 is stored as its bit pattern.
    case .int16, .uint16, .float16:
      return try typed(proto.int32Data.map { UInt16(truncatingIfNeeded: $0) }, count, what)
    case .int8, .uint8: return try typed(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) }, count, what)
    case .bool: return try typed(proto.int32Data.map { UInt8($0 == 0 ? 0 : 1) }, count, what)
    }
  }

  private func typed<T: BitwiseCopyable>(_ elements: [T], _ count: Int, _ what: String) throws(ImportFailure) -> [UInt8]
  {
    guard elements.count == count else {
      throw .malformed("\(what) has \(elements.count) elements where its shape takes \(count)")
    }
    return elements.withUnsafeBytes { Array($0) }
  }
}
