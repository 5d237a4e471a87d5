import Graph
import Operators
import Runtime

/// Labels of all values of a graph, node by node.
struct LabelFlow {
  private let graph: Graph
  private let infos: [ValueID: ValueInfo]
  private var sets = DisjointSets()
  private var labels: [ValueID: ChannelLabels] = [:]
  /// Labels that layers' outputs began with.
  private var origins: [(label: Int32, member: ChannelGroup.Member)] = []

  init(_ graph: Graph, _ infos: [ValueID: ValueInfo]) {
    self.graph = graph
    self.infos = infos
  }

  mutating func run() throws(GraphError) {
    for (position, node) in graph.nodes.enumerated() {
      // What is known before anything runs has no channels: shapes, mostly.
      if node.outputs.allSatisfy({ $0.flatMap { infos[$0]?.constant } != nil }) { continue }
      let op = try OperatorRegistry.standard.make(node, in: graph)
      switch type(of: op).channelFlow {
      case .elementwise: meet(node)
      case .movement: try move(node, op)
      case .channelwise: keep(node)
      case .reduction: try fold(node)
      case .convolution: convolve(position, node, transposed: false)
      case .transposedConvolution: convolve(position, node, transposed: true)
      case .product: multiply(position, node)
      case .opaque: stop(node)
      }
    }
    for output in graph.outputs { fix(output) }
  }

  /// All labels by their sets' numbers, and the groups.
  mutating func finish() -> (labels: [ValueID: ChannelLabels], groups: [ChannelGroup]) {
    var members: [Int32: [ChannelGroup.Member]] = [:]
    for (label, member) in origins {
      let root = sets.root(label)
      if root != 0 { members[root, default: []].append(member) }
    }
    var groups: [[Int]: [ChannelGroup.Channel]] = [:]
    for (id, members) in members {
      let producers = Set(members.map(\.node)).sorted()
      groups[producers, default: []].append(ChannelGroup.Channel(id: id, members: members))
    }
    let roots = (0..<Int32(sets.count)).map { sets.root($0) }
    let resolved = labels.mapValues { value in
      // Padding alone that no layer's channel has met stays.
      ChannelLabels(value.elements.map { members[roots[Int($0)]] == nil ? 0 : roots[Int($0)] }, shape: value.shape)
    }
    let sorted = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { producers, channels in
      ChannelGroup(producers: producers, channels: channels.sorted { $0.id < $1.id })
    }
    return (resolved, sorted)
  }

  // MARK: What operators do

  private func shape(_ value: ValueID?) -> [Int]? { value.flatMap { infos[$0]?.shape } }

  /// Labels of an operand; of one without, that it must stay.
  private func current(_ value: ValueID) -> ChannelLabels {
    labels[value] ?? .fixed(infos[value]?.shape ?? [])
  }

  private func isParameter(_ value: ValueID) -> Bool { infos[value]?.constant != nil }

  private mutating func fix(_ value: ValueID) {
    guard let labels = labels[value] else { return }
    for label in labels.elements { sets.merge(label, 0) }
  }

  private mutating func stop(_ node: Node) {
    for case let id? in node.inputs { fix(id) }
  }

  private mutating func meet(_ node: Node) {
    guard let result = node.output(0), let target = shape(result) else { return }
    var together: [Int32]?
    for case let id? in node.inputs where !isParameter(id) {
      let own = current(id).tensor.broadcast(to: target).elements(as: Int32.self)
      guard let known = together else {
        together = own
        continue
      }
      for (a, b) in zip(known, own) { sets.merge(a, b) }
    }
    if let together { labels[result] = ChannelLabels(together, shape: target) }
  }

  private mutating func move(_ node: Node, _ op: any Operator) throws(GraphError) {
    guard let first = node.input(0) else { return stop(node) }
    var operands: [Tensor?] = []
    for (position, id) in node.inputs.enumerated() {
      guard let id else {
        operands.append(nil)
        continue
      }
      let isData = position == 0 || node.op == Concat.name
      operands.append(isData ? current(id).tensor : infos[id]?.constant)
      // A position that is only known at run time: where elements go is not known either.
      if !isData, infos[id]?.constant == nil { return stop(node) }
    }
    // A fill's value has the data's type.
    if node.op == Pad.name, operands.count > 2 { operands[2] = nil }
    let results: [Tensor]
    do throws(OperatorError) {
      results = try op.evaluate(operands)
    } catch {
      return stop(node)
    }
    for (id, tensor) in zip(node.outputs, results) {
      guard let id, tensor.type == .int32 else { continue }
      var moved = ChannelLabels(tensor)
      if node.op == Pad.name { moved = padded(moved, current(first), node, operands) }
      labels[id] = straightened(moved)
    }
  }

  /// Channels that padding adds are there for what they meet, and go with it: labels of their own.
  private mutating func padded(
    _ result: ChannelLabels, _ data: ChannelLabels, _ node: Node, _ operands: [Tensor?]
  ) -> ChannelLabels {
    guard result.shape.count > 1, result.shape[1] > data.shape[1], let pads = operands[1]?.integers else {
      return result
    }
    // Where axes are given, the channels' place among them.
    let axes = operands.count > 3 ? operands[3]?.integers : nil
    let place = axes.map { $0.firstIndex { $0 == 1 || $0 == 1 - result.shape.count } ?? 0 } ?? 1
    let before = pads[place]
    let inside = before..<before + data.shape[1]
    let fresh = (0..<result.shape[1]).map { inside.contains($0) ? 0 : sets.add() }
    let spread = ChannelLabels(fresh, axis: 1, shape: result.shape).elements
    return ChannelLabels(zip(result.elements, spread).map { $1 == 0 ? $0 : $1 }, shape: result.shape)
  }

  /// Labels that differ along one axis only, so that what remains is a box: along others they are merged.
  private mutating func straightened(_ labels: ChannelLabels) -> ChannelLabels {
    let elements = labels.elements
    let varying = labels.shape.indices.filter { axis in
      let inner = labels.shape[(axis + 1)...].reduce(1, *)
      let extent = labels.shape[axis]
      // Whether any element differs from its neighbour along the axis.
      return elements.indices.contains { position in
        position / inner % extent > 0 && elements[position] != elements[position - inner]
      }
    }
    guard varying.count > 1 else { return labels }
    // Channels cut into groups (channel shuffle) are two axes; the longer one counts the channels of a group.
    let candidates = labels.shape.count > 4 ? varying.filter { $0 == 1 || $0 == 2 } : varying.filter { $0 == 1 }
    guard let axis = candidates.max(by: { labels.shape[$0] < labels.shape[$1] }) ?? varying.first else { return labels }
    return ChannelLabels(merged(labels, axis: axis), axis: axis, shape: labels.shape)
  }

  /// One label for each position of an axis; several are merged.
  private mutating func merged(_ labels: ChannelLabels, axis: Int) -> [Int32] {
    guard axis < labels.shape.count else { return [] }
    var result = [Int32?](repeating: nil, count: labels.shape[axis])
    labels.labels(axis: axis) { position, label in
      if let known = result[position] { sets.merge(known, label) } else { result[position] = label }
    }
    return result.map { $0 ?? 0 }
  }

  private mutating func keep(_ node: Node) {
    guard let data = node.input(0), let result = node.output(0), let target = shape(result), target.count > 1,
      shape(data)?.count ?? 0 > 1, shape(data)?[1] == target[1]
    else { return stop(node) }
    labels[result] = ChannelLabels(merged(current(data), axis: 1), axis: 1, shape: target)
  }

  /// The smallest and the largest label of what is folded: equal where it is one channel.
  private mutating func fold(_ node: Node) throws(GraphError) {
    guard let data = node.input(0), let result = node.output(0) else { return stop(node) }
    var bounds: [[Int32]] = []
    for name in [ReduceMin.name, ReduceMax.name] {
      var probe = node
      probe.op = name
      let op = try OperatorRegistry.standard.make(probe, in: graph)
      let operands = node.inputs.enumerated().map { position, id in
        position == 0 ? current(data).tensor : id.flatMap { infos[$0]?.constant }
      }
      do throws(OperatorError) {
        bounds.append(try op.evaluate(operands)[0].elements(as: Int32.self))
      } catch {
        return stop(node)
      }
    }
    guard bounds[0] == bounds[1], let target = shape(result) else { return stop(node) }
    labels[result] = ChannelLabels(bounds[0], shape: target)
  }

  private mutating func fresh(_ count: Int, _ node: Int) -> [Int32] {
    (0..<count).map { channel in
      let label = sets.add()
      origins.append((label, ChannelGroup.Member(node: node, channel: channel)))
      return label
    }
  }

  private mutating func convolve(_ position: Int, _ node: Node, transposed: Bool) {
    guard let data = node.input(0), let weights = node.input(1), isParameter(weights), let result = node.output(0),
      let target = shape(result), let filter = shape(weights), target.count > 2
    else { return stop(node) }
    let inputs = merged(current(data), axis: 1)
    let outputs = target[1]
    let groups = node.groups
    guard groups >= 1, inputs.count % groups == 0, outputs % groups == 0, filter.count == target.count else {
      return stop(node)
    }
    if groups > 1, groups == inputs.count {
      // Depthwise: each input has outputs of its own.
      let repeats = outputs / groups
      labels[result] = ChannelLabels((0..<outputs).map { inputs[$0 / repeats] }, axis: 1, shape: target)
      return
    }
    let own = fresh(outputs, position)
    // Every group of a grouped convolution loses the channels of the same places.
    for (labels, count) in [(inputs, inputs.count / groups), (own, outputs / groups)] where groups > 1 {
      for place in count..<labels.count { sets.merge(labels[place], labels[place % count]) }
    }
    labels[result] = ChannelLabels(own, axis: 1, shape: target)
  }

  private mutating func multiply(_ position: Int, _ node: Node) {
    guard let data = node.input(0), let weights = node.input(1), !isParameter(data), isParameter(weights),
      let result = node.output(0), let target = shape(result), shape(weights)?.count == 2, !node.transposesData,
      let rank = shape(data)?.count
    else { return stop(node) }
    _ = merged(current(data), axis: rank - 1)
    labels[result] = ChannelLabels(fresh(target[target.count - 1], position), axis: target.count - 1, shape: target)
  }
}

extension Node {
  /// Of a convolution.
  var groups: Int { if case .int(let groups) = attributes["group"] { groups } else { 1 } }
  /// Whether a Gemm's first operand is transposed.
  var transposesData: Bool { attributes["transA"] == .int(1) }
  /// Whether a Gemm's second operand is `[N, K]`.
  var transposesWeights: Bool { attributes["transB"] == .int(1) }
}
