import Graph
import Runtime

/// Typed access to a node's attributes: a wrong type is an error that names the attribute.
package struct NodeAttributes: Sendable {
  package let attributes: [String: Attribute]
  /// Number of operands, left-out ones before the last included.
  package let operandCount: Int
  /// Number of results that the node lists.
  package let resultCount: Int

  package init(_ node: Node) {
    attributes = node.attributes
    operandCount = node.inputs.count
    resultCount = node.outputs.count
  }

  /// Whether the attribute is given.
  package func has(_ name: String) -> Bool { attributes[name] != nil }

  package func int(_ name: String, default fallback: Int) throws(OperatorError) -> Int {
    try optionalInt(name) ?? fallback
  }

  package func optionalInt(_ name: String) throws(OperatorError) -> Int? {
    switch attributes[name] {
    case nil: nil
    case .int(let value): value
    default: throw .invalid("attribute '\(name)' must be an integer")
    }
  }

  /// A 0-or-1 attribute.
  package func flag(_ name: String, default fallback: Bool = false) throws(OperatorError) -> Bool {
    try int(name, default: fallback ? 1 : 0) != 0
  }

  package func float(_ name: String, default fallback: Float) throws(OperatorError) -> Float {
    try optionalFloat(name) ?? fallback
  }

  package func optionalFloat(_ name: String) throws(OperatorError) -> Float? {
    switch attributes[name] {
    case nil: nil
    case .float(let value): value
    default: throw .invalid("attribute '\(name)' must be a float")
    }
  }

  package func string(_ name: String, default fallback: String) throws(OperatorError) -> String {
    switch attributes[name] {
    case nil: fallback
    case .string(let value): value
    default: throw .invalid("attribute '\(name)' must be a string")
    }
  }

  package func ints(_ name: String) throws(OperatorError) -> [Int]? {
    switch attributes[name] {
    case nil: nil
    case .ints(let value): value
    default: throw .invalid("attribute '\(name)' must be a list of integers")
    }
  }

  package func floats(_ name: String) throws(OperatorError) -> [Float]? {
    switch attributes[name] {
    case nil: nil
    case .floats(let value): value
    default: throw .invalid("attribute '\(name)' must be a list of floats")
    }
  }

  package func tensor(_ name: String) throws(OperatorError) -> Tensor? {
    switch attributes[name] {
    case nil: nil
    case .tensor(let value): value
    default: throw .invalid("attribute '\(name)' must be a tensor")
    }
  }

  /// An ONNX element type by its number, such as Cast's `to`.
  package func elementType(_ name: String) throws(OperatorError) -> ElementType? {
    guard let raw = try optionalInt(name), raw != 0 else { return nil }
    guard let small = UInt8(exactly: raw), let type = ElementType(rawValue: small) else {
      throw .unsupported("element type \(raw) in attribute '\(name)'")
    }
    return type
  }
}

extension Array where Element == ValueInfo? {
  /// An operand that the operator cannot do without.
  package func required(_ position: Int, _ role: String) throws(OperatorError) -> ValueInfo {
    guard position < count, let info = self[position] else {
      throw .invalid("operand \(position) (\(role)) is missing")
    }
    return info
  }

  /// An operand that may be left out.
  package func optional(_ position: Int) -> ValueInfo? { position < count ? self[position] : nil }

  /// The elements of an operand that shapes depend on; throws `valueNeeded` while they are unknown.
  package func constant(_ position: Int, _ role: String) throws(OperatorError) -> Tensor {
    guard let tensor = try required(position, role).constant else { throw .valueNeeded(operand: position) }
    return tensor
  }

  /// The same of an operand that may be left out.
  package func optionalConstant(_ position: Int) throws(OperatorError) -> Tensor? {
    guard let info = optional(position) else { return nil }
    guard let tensor = info.constant else { throw .valueNeeded(operand: position) }
    return tensor
  }
}

extension Array where Element == Tensor? {
  /// An operand that `infer` has found to be there.
  package func required(_ position: Int) throws(OperatorError) -> Tensor {
    guard position < count, let tensor = self[position] else { throw .invalid("operand \(position) is missing") }
    return tensor
  }

  /// An operand that may be left out.
  package func optional(_ position: Int) -> Tensor? { position < count ? self[position] : nil }
}
