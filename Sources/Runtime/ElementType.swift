/// The type of a tensor's elements, numbered as in ONNX's `TensorProto.DataType`.
package enum ElementType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13

  /// Bytes that one element takes in memory.
  package var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether elements are floating-point numbers.
  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64: true
    case .uint8, .int8, .uint16, .int16, .int32, .int64, .bool, .uint32, .uint64: false
    }
  }

  /// Whether elements are signed or unsigned integers (`bool` is neither).
  package var isInteger: Bool { !isFloatingPoint && self != .bool }

  /// The spelling used in messages and in JSON (NumPy's).
  package var name: String {
    switch self {
    case .float32: "float32"
    case .uint8: "uint8"
    case .int8: "int8"
    case .uint16: "uint16"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .bool: "bool"
    case .float16: "float16"
    case .float64: "float64"
    case .uint32: "uint32"
    case .uint64: "uint64"
    }
  }
}
