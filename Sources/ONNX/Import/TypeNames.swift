import Graph
import Runtime

extension ElementType {
  /// The type by its number in a file. Throws, naming it, where this product does not have it.
  static func imported(_ number: Int32, _ what: String) throws(ImportFailure) -> ElementType {
    if let small = UInt8(exactly: number), let type = ElementType(rawValue: small) { return type }
    guard let name = foreignTypeNames[number] else {
      throw .malformed("\(what) has the unknown element type \(number)")
    }
    throw .unsupported("\(what) has elements of type \(name)")
  }

  /// ONNX element types that this product does not have.
  private static let foreignTypeNames: [Int32: String] = [
    0: "undefined", 8: "string", 14: "complex64", 15: "complex128", 16: "bfloat16", 17: "float8e4m3fn",
    18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4e2m1",
    24: "float8e8m0", 25: "uint2", 26: "int2", 27: "float6e2m3", 28: "float6e3m2",
  ]
}
