import Graph
import Runtime

/// Size and work of a network, layer by layer.
package struct GraphStatistics: Sendable, Equatable {
  /// One node's share.
  package struct Layer: Sendable, Equatable {
    package let name: String
    package let op: String
    /// Shape of the first result.
    package let outputShape: [Int]
    /// Elements of the constants that the node reads.
    package let parameters: Int
    /// Multiply-accumulates of convolutions and matrix products; other operators count none.
    package let multiplyAccumulates: Int
  }

  package private(set) var layers: [Layer] = []
  /// Elements of all floating-point and quantised constants, shared ones once.
  package private(set) var parameters = 0
  /// Bytes of these constants.
  package private(set) var weightBytes = 0
  package private(set) var multiplyAccumulates = 0
  /// Most bytes of values that are alive at the same time, each kept from its producer to its last user.
  package private(set) var peakActivationBytes = 0
  /// How many nodes of each operator.
  package private(set) var operators: [String: Int] = [:]

  /// Counts a graph whose values are known by `infos`. O(nodes).
  package init(_ graph: Graph, infos: [ValueID: ValueInfo]) {
    var counted = Set<ValueID>()
    for node in graph.nodes {
      operators[node.op, default: 0] += 1
      var own = 0
      for case let id? in node.inputs {
        guard let tensor = graph.constants[id], tensor.type != .int64 else { continue }
        own += tensor.elementCount
        if counted.insert(id).inserted {
          parameters += tensor.elementCount
          weightBytes += tensor.bytes.count
        }
      }
      let shape = node.output(0).flatMap { infos[$0]?.shape } ?? []
      let macs = GraphStatistics.multiplyAccumulates(of: node, infos)
      multiplyAccumulates += macs
      layers.append(
        Layer(name: node.name, op: node.op, outputShape: shape, parameters: own, multiplyAccumulates: macs))
    }
    peakActivationBytes = GraphStatistics.peakActivationBytes(graph, infos)
  }

  private static func multiplyAccumulates(of node: Node, _ infos: [ValueID: ValueInfo]) -> Int {
    func shape(_ id: ValueID?) -> [Int]? { id.flatMap { infos[$0]?.shape } }
    let weightPosition = node.op == "QLinearConv" || node.op == "QLinearMatMul" ? 3 : 1
    guard let x = shape(node.input(0)), let w = shape(node.input(weightPosition)), let y = shape(node.output(0)) else {
      return 0
    }
    let results = y.reduce(1, *)
    switch node.op {
    case "Conv", "ConvInteger", "QLinearConv": return results * w.dropFirst().reduce(1, *)
    case "ConvTranspose": return x.reduce(1, *) * w.dropFirst().reduce(1, *)
    case "Gemm": return results * (node.attributes["transA"] == .int(1) ? x.first ?? 0 : x.last ?? 0)
    case "MatMul", "MatMulInteger", "QLinearMatMul": return results * (x.last ?? 0)
    default: return 0
    }
  }

  private static func peakActivationBytes(_ graph: Graph, _ infos: [ValueID: ValueInfo]) -> Int {
    var lastUse: [ValueID: Int] = [:]
    for (position, node) in graph.nodes.enumerated() {
      for case let id? in node.inputs { lastUse[id] = position }
    }
    for id in graph.outputs { lastUse[id] = graph.nodes.count }
    func bytes(_ id: ValueID) -> Int { infos[id].map { $0.shape.reduce(1, *) * $0.type.byteCount } ?? 0 }
    var alive = Set(graph.inputs)
    var current = graph.inputs.reduce(0) { $0 + bytes($1) }
    var peak = current
    for (position, node) in graph.nodes.enumerated() {
      for case let id? in node.outputs where graph.constants[id] == nil && alive.insert(id).inserted {
        current += bytes(id)
      }
      peak = max(peak, current)
      for case let id? in Set(node.inputs + node.outputs) where lastUse[id, default: position] == position {
        if alive.remove(id) != nil { current -= bytes(id) }
      }
    }
    return peak
  }
}
