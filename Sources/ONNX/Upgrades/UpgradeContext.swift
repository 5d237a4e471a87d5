import Graph
import Runtime

/// What an upgrade may look at, and how it adds constants and helper nodes.
struct UpgradeContext {
  private(set) var graph: Graph
  /// Upgraded nodes so far, in topological order.
  private(set) var nodes: [Node] = []
  /// Nodes to follow the one being upgraded.
  private var following: [Node] = []
  private var types: [ValueID: ElementType] = [:]
  private var names: Set<String>
  private let used: Set<ValueID>

  init(_ graph: Graph) {
    self.graph = graph
    names = Set(graph.values.map(\.name))
    var used = Set(graph.outputs)
    for node in graph.nodes { for case let input? in node.inputs { used.insert(input) } }
    self.used = used
  }

  /// The element type of a value: declared, or worked out from the nodes before it; float32 where nothing tells.
  func type(of value: ValueID?) -> ElementType {
    guard let value else { return .float32 }
    return graph.values[value.index].type ?? types[value] ?? .float32
  }

  /// The shape that the file declares for a value.
  func shape(of value: ValueID?) -> [Graph.Dimension]? { value.flatMap { graph.values[$0.index].shape } }

  /// The elements of a constant.
  func constant(_ value: ValueID?) -> Tensor? { value.flatMap { graph.constants[$0] } }

  /// Whether a node or an output of the graph uses the value.
  func isUsed(_ value: ValueID?) -> Bool { value.map { used.contains($0) } ?? false }

  /// A new constant named after the node and the operand's role.
  mutating func addConstant(_ tensor: Tensor, _ role: String, of node: Node) -> ValueID {
    graph.addConstant(unique("\(node.name)/\(role)"), tensor)
  }

  /// A new one-axis constant of integers.
  mutating func addConstant(_ integers: [Int], _ role: String, of node: Node) -> ValueID {
    addConstant(Tensor(integers.map { Int64($0) }, shape: [integers.count]), role, of: node)
  }

  /// A helper node before the one being upgraded; returns its result.
  mutating func precede(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:], of node: Node
  ) -> ValueID {
    let name = unique("\(node.name)/\(op)")
    let result = graph.addValue(name)
    append(Node(name: name, op: op, inputs: inputs, outputs: [result], attributes: attributes))
    return result
  }

  /// A helper node that takes over the node's first result; returns the value that the node produces instead.
  mutating func follow(
    _ op: String, _ attributes: [String: Attribute] = [:], of node: inout Node, operands: [ValueID?] = []
  ) -> ValueID {
    let inner = graph.addValue(unique("\(node.name)/\(node.op)"))
    let name = unique("\(node.name)/\(op)")
    following.append(
      Node(name: name, op: op, inputs: [inner] + operands, outputs: [node.output(0)], attributes: attributes))
    node.outputs[0] = inner
    return inner
  }

  /// Adds the upgraded node, and those that follow it.
  mutating func finish(_ node: Node) {
    append(node)
    for helper in following { append(helper) }
    following = []
  }

  /// The upgraded graph.
  func finished() -> Graph {
    var result = graph
    result.nodes = nodes
    return result
  }

  private mutating func append(_ node: Node) {
    let known = ResultTypes.of(node, operand: { type(of: node.input($0)) })
    for (position, output) in node.outputs.enumerated() { if let output { types[output] = known(position) } }
    nodes.append(node)
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !names.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}
