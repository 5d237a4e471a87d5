import Graph
import Runtime

/// `Constant` nodes: their value is known at import, so they become constants of the graph.
enum ConstantNode {
  /// The value from whichever of the operator's attributes is given.
  static func value(_ attributes: [String: Attribute], _ what: String) throws(ImportFailure) -> Tensor {
    guard attributes.count == 1, let (name, attribute) = attributes.first else {
      throw .malformed("\(what) must have exactly one attribute")
    }
    switch (name, attribute) {
    case ("value", .tensor(let tensor)): return tensor
    case ("value_float", .float(let value)): return Tensor(scalar: value)
    case ("value_floats", .floats(let values)): return Tensor(values, shape: [values.count])
    case ("value_int", .int(let value)): return Tensor(scalar: Int64(value))
    case ("value_ints", .ints(let values)): return Tensor(values.map { Int64($0) }, shape: [values.count])
    case ("value_string", _), ("value_strings", _): throw .unsupported("\(what) is text")
    default: throw .malformed("\(what) has no value in '\(name)'")
    }
  }
}
