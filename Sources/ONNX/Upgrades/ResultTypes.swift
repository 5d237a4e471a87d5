import Graph
import Runtime

/// The element types of a node's results, as far as upgrades need them (they give constants the type of data).
enum ResultTypes {
  /// A function from a result's position to its type.
  static func of(_ node: Node, operand: (Int) -> ElementType) -> (Int) -> ElementType {
    switch node.op {
    case "Shape", "Size", "ArgMax", "ArgMin": return { _ in .int64 }
    case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf":
      return { _ in .bool }
    case "Cast":
      let type = type(node, "to") ?? .float32
      return { _ in type }
    case "QuantizeLinear":
      let type = type(node, "output_dtype") ?? (node.input(2) == nil ? .uint8 : operand(2))
      return { _ in type }
    case "DequantizeLinear":
      let type = type(node, "output_dtype") ?? operand(1)
      return { _ in type }
    case "ConstantOfShape":
      guard case .tensor(let value) = node.attributes["value"] else { return { _ in .float32 } }
      return { _ in value.type }
    case "CastLike", "Where":
      let type = operand(1)
      return { _ in type }
    case "QLinearConv", "QLinearMatMul":
      let type = operand(7)
      return { _ in type }
    case "ConvInteger", "MatMulInteger": return { _ in .int32 }
    case "DynamicQuantizeLinear": return { $0 == 1 ? .float32 : .uint8 }
    case "TopK", "MaxPool":
      let type = operand(0)
      return { $0 == 1 ? .int64 : type }
    case "Dropout":
      let type = operand(0)
      return { $0 == 1 ? .bool : type }
    default:
      let type = operand(0)
      return { _ in type }
    }
  }

  private static func type(_ node: Node, _ attribute: String) -> ElementType? {
    guard case .int(let raw) = node.attributes[attribute], let small = UInt8(exactly: raw) else { return nil }
    return ElementType(rawValue: small)
  }
}
