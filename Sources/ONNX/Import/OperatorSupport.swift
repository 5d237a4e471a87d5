/// Finds everything that a model asks for and that this product does not do, before anything else is done.
enum OperatorSupport {
  /// Throws one failure that lists all unsupported operators, each with its nodes. O(nodes).
  static func check(_ nodes: [PlacedNode]) throws(ImportFailure) {
    var order: [String] = []
    var users: [String: [String]] = [:]
    for (position, node) in nodes.enumerated() {
      guard let reason = reason(node) else { continue }
      if users[reason] == nil { order.append(reason) }
      users[reason, default: []].append(node.name(position))
    }
    guard !order.isEmpty else { return }
    throw .unsupported(order.map { "operator \($0) in \(list(users[$0] ?? []))" })
  }

  private static func reason(_ node: PlacedNode) -> String? {
    let op = node.proto.opType
    let domain = OpsetTable.canonical(node.proto.domain)
    guard domain.isEmpty else { return "\(domain).\(op) (opset \(node.opset) of '\(domain)')" }
    guard let history = OperatorHistory.table[op] else { return "\(op) (opset \(node.opset))" }
    if node.opset < history.since { return "\(op) (opset \(node.opset): it came with \(history.since))" }
    if let removed = history.removed, node.opset >= removed {
      return "\(op) (opset \(node.opset): it was removed in \(removed))"
    }
    return nil
  }

  /// At most ten names: a message is for reading.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { "node '\($0)'" }.joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}
