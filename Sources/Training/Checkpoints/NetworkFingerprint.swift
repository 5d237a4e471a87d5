import Graph
import Runtime

/// The structure of a network, whatever its weights: a checkpoint says with it which network it is of, and what differs
/// from another one.
package struct NetworkFingerprint: Sendable, Equatable {
  /// A line for every input, node and output, in the graph's order.
  let lines: [String]

  /// The fingerprint of a graph. Constants count with type and shape; those that are no weights (integers and scalars)
  /// with their elements as well. O(nodes + such elements).
  package init(_ graph: Graph) {
    var lines: [String] = []
    for input in graph.inputs {
      let value = graph.values[input.index]
      let shape = value.shape.map { $0.map(NetworkFingerprint.text).joined(separator: "x") } ?? "any shape"
      lines.append("input \(value.name): \(value.type?.name ?? "any type") \(shape)")
    }
    for node in graph.nodes {
      let operands = node.inputs.map { id in id.map { NetworkFingerprint.text($0, graph) } ?? "-" }
      let attributes = node.attributes.sorted { $0.key < $1.key }.map { "\($0)=\(NetworkFingerprint.text($1))" }
      let results = node.outputs.map { id in id.map { NetworkFingerprint.name($0, graph) } ?? "-" }
      lines.append(
        "\(node.op) \(node.name): " + (operands + attributes).joined(separator: ", ") + " -> "
          + results.joined(separator: ", "))
    }
    for output in graph.outputs { lines.append("output \(NetworkFingerprint.name(output, graph))") }
    self.lines = lines
  }

  init(lines: [String]) { self.lines = lines }

  /// A number for it: equal for the same structures.
  package var hash: UInt64 { Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { xxh64($0) } }

  /// The first thing in which this network differs from another one, or nil where they are the same.
  package func difference(from other: NetworkFingerprint) -> String? {
    guard lines != other.lines else { return nil }
    for (own, foreign) in zip(lines, other.lines) where own != foreign {
      return "it has '\(foreign)' where this network has '\(own)'"
    }
    if lines.count > other.lines.count { return "it has nothing for '\(lines[other.lines.count])'" }
    return "it has '\(other.lines[lines.count])', this network ends before"
  }

  private static func name(_ id: ValueID, _ graph: Graph) -> String {
    let name = graph.name(of: id)
    return name.isEmpty ? "#\(id.index)" : name
  }

  private static func text(_ id: ValueID, _ graph: Graph) -> String {
    guard let tensor = graph.constants[id] else { return name(id, graph) }
    let isWeight = tensor.type.isFloatingPoint && !tensor.shape.isEmpty
    return "\(name(id, graph)) \(isWeight ? text(tensor.type, tensor.shape) : text(tensor))"
  }

  private static func text(_ dimension: Graph.Dimension) -> String {
    switch dimension {
    case .fixed(let extent): String(extent)
    case .symbolic(let name): name
    case .unknown: "?"
    }
  }

  private static func text(_ type: ElementType, _ shape: [Int]) -> String { "\(type.name) \(Shape.text(shape))" }

  /// A tensor with its elements: few as numbers, many by their hash.
  private static func text(_ tensor: Tensor) -> String {
    let elements =
      tensor.elementCount > 16
      ? "hash \(tensor.bytes.withUnsafeBytes { xxh64($0) })"
      : tensor.type.isFloatingPoint
        ? tensor.doubles.map { "\($0)" }.joined(separator: " ")
        : tensor.integers.map(String.init).joined(separator: " ")
    return "\(text(tensor.type, tensor.shape)) [\(elements)]"
  }

  private static func text(_ attribute: Attribute) -> String {
    switch attribute {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): value
    case .tensor(let value): text(value)
    case .ints(let values): "\(values)"
    case .floats(let values): "\(values)"
    case .strings(let values): "[" + values.joined(separator: ", ") + "]"
    }
  }
}
