import Graph
import Runtime

/// The groups of element types that operators are defined for.
extension Array where Element == ElementType {
  package static let floatingPoint: [ElementType] = [.float16, .float32, .float64]
  package static let signedIntegers: [ElementType] = [.int8, .int16, .int32, .int64]
  package static let unsignedIntegers: [ElementType] = [.uint8, .uint16, .uint32, .uint64]
  package static let integers: [ElementType] = signedIntegers + unsignedIntegers
  /// Everything but bool.
  package static let numeric: [ElementType] = floatingPoint + integers
  /// What ONNX allows for positions and axes.
  package static let indices: [ElementType] = [.int32, .int64]
}

extension Array where Element == ValueInfo? {
  /// An operand that the operator cannot do without, of one of the types.
  package func required(
    _ position: Int, _ role: String, types: [ElementType]
  ) throws(OperatorError) -> ValueInfo {
    let info = try required(position, role)
    guard types.contains(info.type) else {
      let names = types.map(\.name).joined(separator: ", ")
      throw .invalid("operand \(position) (\(role)) is \(info.type.name), which must be one of \(names)")
    }
    return info
  }
}
