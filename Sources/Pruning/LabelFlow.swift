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
    let roots = (0..<Int32(sets.count)).map { sets.root($0) }
    let resolved = labels.mapValues { value in
      // Padding alone that no layer's channel has met stays.
      ChannelLabels(value.elements.map { members[roots[Int($0)]] == nil ? 0 : roots[Int($0)] }, shape: value.shape)
    }
    let places = LabelFlow.places(resolved, count: roots.count)
    var groups: [Kinship: [ChannelGroup.Channel]] = [:]
    for (id, members) in members {
      let kinship = Kinship(producers: Set(members.map(\.node)).sorted(), values: places[Int(id)])
      groups[kinship, default: []].append(ChannelGroup.Channel(id: id, members: members))
    }
    let unsorted = groups.map { kinship, channels in
      ChannelGroup(producers: kinship.producers, channels: channels.sorted { $0.id < $1.id })
    }
    let sorted = unsorted.sorted { a, b in
      a.producers == b.producers
        ? a.channels[0].id < b.channels[0].id : a.producers.lexicographicallyPrecedes(b.producers)
    }
    return (resolved, sorted)
  }

  /// What channels of one group have in common.
  private struct Kinship: Hashable {
    let producers: [Int]
    /// All values that they are in, ascending: of a value that has a group's channels, some stay whenever some of the
    /// group do. Parts of a split that go different ways are different groups.
    let values: [Int]
  }

  /// For each label the values that it is in, ascending.
  private static func places(_ labels: [ValueID: ChannelLabels], count: Int) -> [[Int]] {
    var result = [[Int]](repeating: [], count: count)
    for (value, labels) in labels.sorted(by: { $0.key.index < $1.key.index }) {
      for label in labels.elements where result[Int(label)].last != value.index {
        result[Int(label)].append(value.index)
      }
    }
    return result
  }

  // MARK: What operators do

  private func shape(_ value: ValueID?) -> [Int]? { value.flatMap { infos[$0]?.shape } }

  /// Labels of an operand; of one without, that it must stay.
  private func current(_ value: ValueID) -> ChannelLabels {
    labels[value] ?? .fixed(infos[value]?.shape ?? [])
  }

  /// Whether the operand can be cut: what is known for a batch of one only is computed while the network runs.
  private func isParameter(_ value: ValueID) -> Bool { graph.constants[value] != nil }

  private mutating func fix(_ value: ValueID) {
    guard let labels = labels[value] else { return }
    for label in labels.elements { sets.merge(label, 0) }
  }

  private mutating func stop(_ node: Node) {
    for case let id? in node.inputs { fix(id) }
  }

  private mutating func meet(_ node: Node) {
    guard let result = node.output(0), let target = shape(result) else { return }
    let count = target.reduce(1, *)
    var together: [Int32]?
    for case let id? in node.inputs where !isParameter(id) {
      // One number for all channels meets none of them.
      if count > 1, infos[id]?.shape.reduce(1, *) == 1 { continue }
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
    let data = current(first)
    let unnameable = unnameableAxes(node, data.shape.count, operands)
    guard unnameable.isEmpty || unnameable.isDisjoint(with: data.varyingAxes) else { return stop(node) }
    var op = op
    if node.op == Pad.name {
      // A fill's value has the data's type; what surrounds a channel goes with it.
      if operands.count > 2 { operands[2] = nil }
      var probe = node
      probe.attributes["mode"] = .string("edge")
      op = try OperatorRegistry.standard.make(probe, in: graph)
    }
    let results: [Tensor]
    do throws(OperatorError) {
      results = try op.evaluate(operands)
    } catch {
      return stop(node)
    }
    for (id, tensor) in zip(node.outputs, results) {
      guard let id, tensor.type == .int32 else { continue }
      var moved = ChannelLabels(tensor)
      if node.op == Pad.name {
        guard let padded = padded(moved, data, node, operands) else { return stop(node) }
        moved = padded
      }
      labels[id] = straightened(moved)
    }
  }

  /// Axes along which a node takes elements in a way that cannot be said of fewer: in steps, or by indices that are no
  /// list.
  private func unnameableAxes(_ node: Node, _ rank: Int, _ operands: [Tensor?]) -> Set<Int> {
    switch node.op {
    case Slice.name:
      let steps = operands.optional(4)?.integers ?? []
      let axes = operands.optional(3)?.integers ?? Array(steps.indices)
      return Set(zip(axes, steps).filter { $0.1 != 1 }.map { $0.0 < 0 ? $0.0 + rank : $0.0 })
    case Gather.name where operands.optional(1)?.shape.count != 1: return [node.axis(rank: rank)]
    default: return []
    }
  }

  /// Channels that padding by a constant adds are there for what they meet, and go with it: labels of their own. Nil
  /// where it adds copies of other channels.
  private mutating func padded(
    _ result: ChannelLabels, _ data: ChannelLabels, _ node: Node, _ operands: [Tensor?]
  ) -> ChannelLabels? {
    let rank = data.shape.count
    guard rank > 0, let pads = operands.optional(1)?.integers else { return result }
    let axis = data.varyingAxes.first ?? min(1, rank - 1)
    let axes = operands.optional(3)?.integers ?? Array(0..<rank)
    let before = axes.firstIndex { $0 == axis || $0 == axis - rank }.map { pads[$0] } ?? 0
    let inside = before..<before + data.shape[axis]
    if (0..<result.shape[axis]).allSatisfy(inside.contains) { return result }
    guard node.attributes["mode"] ?? .string("constant") == .string("constant") else { return nil }
    let fresh = (0..<result.shape[axis]).map { inside.contains($0) ? 0 : sets.add() }
    let spread = ChannelLabels(fresh, axis: axis, shape: result.shape).elements
    return ChannelLabels(zip(result.elements, spread).map { $1 == 0 ? $0 : $1 }, shape: result.shape)
  }

  /// Labels that differ along one axis only, so that what remains is a box: along others they are merged.
  private mutating func straightened(_ labels: ChannelLabels) -> ChannelLabels {
    let varying = labels.varyingAxes
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
    let channels = merged(current(data), axis: 1)
    if node.op != Resize.name { for id in node.inputs.dropFirst() { join(channels, id) } }
    labels[result] = ChannelLabels(channels, axis: 1, shape: target)
  }

  /// Numbers of channels that are no parameter go with the channels, or hold them.
  private mutating func join(_ channels: [Int32], _ operand: ValueID?) {
    guard let operand, !isParameter(operand) else { return }
    for (a, b) in zip(channels, current(operand).elements) { sets.merge(a, b) }
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
      let own = (0..<outputs).map { inputs[$0 / repeats] }
      join(own, node.input(2))
      labels[result] = ChannelLabels(own, axis: 1, shape: target)
      return
    }
    let own = fresh(outputs, position)
    join(own, node.input(2))
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
    let own = ChannelLabels(fresh(target[target.count - 1], position), axis: target.count - 1, shape: target)
    // One number for all columns meets none of them.
    if let addend = node.input(2), !isParameter(addend), shape(addend)?.last == target.last {
      let others = current(addend).tensor.broadcast(to: target).elements(as: Int32.self)
      for (a, b) in zip(own.elements, others) { sets.merge(a, b) }
    }
    labels[result] = own
  }
}

extension Node {
  /// Of a convolution.
  var groups: Int { if case .int(let groups) = attributes["group"] { groups } else { 1 } }
  /// Of an operator whose default is the first one, counted from there.
  func axis(rank: Int) -> Int {
    guard case .int(let axis) = attributes["axis"] else { return 0 }
    return axis < 0 ? axis + rank : axis
  }
  /// Whether a Gemm's first operand is transposed.
  var transposesData: Bool { attributes["transA"] == .int(1) }
  /// Whether a Gemm's second operand is `[N, K]`.
  var transposesWeights: Bool { attributes["transB"] == .int(1) }
}
