import Graph
import Operators
import Runtime

/// A graph under rewriting: who produces and who uses each value, kept up to date while passes remove and merge nodes.
///
/// Nodes are taken out by marking; `finish` returns the graph without them, in topological order.
package struct GraphEditor {
  package private(set) var graph: Graph
  /// What is known of every value; passes that add values add their infos.
  package var infos: [ValueID: ValueInfo]
  private var isRemoved: [Bool]
  private var producer: [ValueID: Int]
  private var users: [ValueID: Set<Int>] = [:]
  private let outputs: Set<ValueID>

  package init(_ graph: Graph, infos: [ValueID: ValueInfo]) {
    self.graph = graph
    self.infos = infos
    isRemoved = Array(repeating: false, count: graph.nodes.count)
    producer = graph.producers()
    outputs = Set(graph.outputs)
    for (position, node) in graph.nodes.enumerated() {
      for case let id? in node.inputs { users[id, default: []].insert(position) }
    }
  }

  /// Positions of all nodes that are still there, in order.
  package var positions: [Int] { graph.nodes.indices.filter { !isRemoved[$0] } }

  package subscript(_ position: Int) -> Node { graph.nodes[position] }

  /// Whether the node at a position was not removed.
  package func isAlive(_ position: Int) -> Bool { !isRemoved[position] }

  /// The node that produces a value, if one does.
  package func producer(of value: ValueID?) -> Int? {
    guard let value, let position = producer[value], !isRemoved[position] else { return nil }
    return position
  }

  /// The only node that uses a value, when there is exactly one and the value is no output of the graph.
  package func onlyUser(of value: ValueID?) -> Int? {
    guard let value, !outputs.contains(value), let all = users[value], all.count == 1, let position = all.first else {
      return nil
    }
    return graph.nodes[position].inputs.filter { $0 == value }.count == 1 ? position : nil
  }

  /// The nodes that use a value.
  package func users(of value: ValueID) -> Set<Int> { users[value] ?? [] }

  package func isOutput(_ value: ValueID) -> Bool { outputs.contains(value) }

  /// The elements of an operand, where they are known.
  package func constant(_ node: Node, _ position: Int) -> Tensor? {
    guard let id = node.input(position) else { return nil }
    return graph.constants[id] ?? infos[id]?.constant
  }

  /// Adds a constant to the graph.
  package mutating func addConstant(_ name: String, _ tensor: Tensor) -> ValueID {
    let id = graph.addConstant(name, tensor)
    infos[id] = ValueInfo(tensor)
    return id
  }

  /// Adds a value that a node is to produce.
  package mutating func addValue(_ name: String, _ info: ValueInfo) -> ValueID {
    let id = graph.addValue(name, type: info.type, shape: info.shape.map { .fixed($0) })
    infos[id] = info
    return id
  }

  /// Replaces a node. Its new results must have had no other producer that stays.
  package mutating func replace(_ position: Int, with node: Node) {
    unlink(position)
    graph.nodes[position] = node
    for case let id? in node.inputs { users[id, default: []].insert(position) }
    for case let id? in node.outputs { producer[id] = position }
  }

  /// Takes a node out. Nothing may use its results any more.
  package mutating func remove(_ position: Int) {
    unlink(position)
    isRemoved[position] = true
  }

  private mutating func unlink(_ position: Int) {
    for case let id? in graph.nodes[position].inputs { users[id]?.remove(position) }
    for case let id? in graph.nodes[position].outputs where producer[id] == position { producer[id] = nil }
  }

  /// Lets all nodes that use `old` use `new`. `old` must be no output of the graph.
  package mutating func redirect(_ old: ValueID, to new: ValueID) {
    for position in users[old] ?? [] {
      graph.nodes[position].inputs = graph.nodes[position].inputs.map { $0 == old ? new : $0 }
      users[new, default: []].insert(position)
    }
    users[old] = []
  }

  /// The rewritten graph.
  package func finish() throws(GraphError) -> Graph {
    var result = graph
    result.nodes = positions.map { graph.nodes[$0] }
    try result.sortTopologically()
    return result
  }
}
