import Graph
import Operators
import Runtime

extension ChannelCutter {
  /// Changes the sizes and positions that nodes name: targets of reshapes, bounds of slices, groups.
  func adaptShapes(_ graph: inout Graph) throws(PruningError) {
    for position in graph.nodes.indices {
      let node = graph.nodes[position]
      let (before, after) = (remainder(node.input(0)), remainder(node.output(0)))
      switch node.op {
      case Conv.name, ConvTranspose.name:
        guard node.groups > 1, let inputs = shape(node.input(0))?[1], node.groups == inputs, let before else {
          continue
        }
        graph.nodes[position].attributes["group"] = .int(before.kept.count)
      case Reshape.name, Expand.name:
        guard before != nil || after != nil else { continue }
        setTarget(position, after, &graph)
      case Slice.name:
        if let before { try setBounds(position, before, &graph) }
      case Split.name:
        if let before { setSizes(position, before, &graph) }
      case Pad.name:
        if let after { setPads(position, after, &graph) }
      case Gather.name:
        if let before { try setIndices(position, before, &graph) }
      case Resize.name:
        if let after, let sizes = values(node, 3) {
          var changed = sizes
          if after.axis < sizes.count { changed[after.axis] = after.kept.count }
          set(position, 3, changed, &graph)
        }
      default: continue
      }
    }
  }

  private func shape(_ value: ValueID?) -> [Int]? { value.flatMap { coupled.infos[$0]?.shape } }

  /// The integers of an operand that are known before anything runs.
  private func values(_ node: Node, _ operand: Int) -> [Int]? {
    node.input(operand).flatMap { coupled.infos[$0]?.constant?.integers }
  }

  private func set(_ position: Int, _ operand: Int, _ values: [Int], _ graph: inout Graph) {
    let name = "\(graph.nodes[position].name)/\(operand)/pruned"
    let constant = graph.addConstant(name, Tensor(values.map { Int64($0) }, shape: [values.count]))
    while graph.nodes[position].inputs.count <= operand { graph.nodes[position].inputs.append(nil) }
    graph.nodes[position].inputs[operand] = constant
  }

  private func setTarget(_ position: Int, _ after: (axis: Int, kept: [Int])?, _ graph: inout Graph) {
    let node = graph.nodes[position]
    guard var extents = shape(node.output(0)) else { return }
    if let after { extents[after.axis] = after.kept.count }
    let isReshape = node.op == Reshape.name
    // A target that is computed knows the batch, and here that is 1: only one that is written down may be kept.
    guard let old = node.input(1).flatMap({ coupled.graph.constants[$0]?.integers }) else {
      // What it says of channels may be a number. Axis 0 is the batch: whatever is left.
      if isReshape { set(position, 1, [-1] + extents.dropFirst(), &graph) }
      return
    }
    // 0 and -1 of a reshape, and the ones of an expansion, say the same as before.
    let target = zip(old, extents.suffix(old.count)).map { given, extent in
      (isReshape && given <= 0) || (!isReshape && given == 1) ? given : extent
    }
    set(position, 1, target, &graph)
  }

  private func setBounds(
    _ position: Int, _ before: (axis: Int, kept: [Int]), _ graph: inout Graph
  ) throws(PruningError) {
    let node = graph.nodes[position]
    guard let starts = values(node, 1), let ends = values(node, 2), let data = shape(node.input(0)) else {
      throw .unsupported(node: node.name, reason: "its bounds are computed while it runs")
    }
    let axes = (values(node, 3) ?? Array(starts.indices)).map { $0 < 0 ? $0 + data.count : $0 }
    guard let entry = axes.firstIndex(of: before.axis) else { return }
    guard (values(node, 4)?[entry] ?? 1) == 1 else {
      throw .unsupported(node: node.name, reason: "it takes channels in steps")
    }
    let extent = data[before.axis]
    func moved(_ bound: Int) -> Int {
      let place = min(max(bound < 0 ? bound + extent : bound, 0), extent)
      return before.kept.count { $0 < place }
    }
    var (from, to) = (starts, ends)
    (from[entry], to[entry]) = (moved(starts[entry]), moved(ends[entry]))
    set(position, 1, from, &graph)
    set(position, 2, to, &graph)
  }

  private func setSizes(_ position: Int, _ before: (axis: Int, kept: [Int]), _ graph: inout Graph) {
    let node = graph.nodes[position]
    let rank = shape(node.input(0))?.count ?? 0
    var axis = 0
    if case .int(let given) = node.attributes["axis"] { axis = given < 0 ? given + rank : given }
    guard axis == before.axis else { return }
    let sizes = node.outputs.map { output in
      remainder(output).map(\.kept.count) ?? shape(output)?[axis] ?? 0
    }
    graph.nodes[position].attributes["num_outputs"] = nil
    set(position, 1, sizes, &graph)
  }

  private func setPads(_ position: Int, _ after: (axis: Int, kept: [Int]), _ graph: inout Graph) {
    let node = graph.nodes[position]
    guard let pads = values(node, 1), let data = shape(node.input(0)) else { return }
    let axes = (values(node, 3) ?? Array(data.indices)).map { $0 < 0 ? $0 + data.count : $0 }
    guard let entry = axes.firstIndex(of: after.axis) else { return }
    var changed = pads
    let begin = pads[entry]
    changed[entry] = after.kept.count { $0 < begin }
    changed[entry + axes.count] = after.kept.count { $0 >= begin + data[after.axis] }
    set(position, 1, changed, &graph)
  }

  private func setIndices(
    _ position: Int, _ before: (axis: Int, kept: [Int]), _ graph: inout Graph
  ) throws(PruningError) {
    let node = graph.nodes[position]
    var axis = 0
    if case .int(let given) = node.attributes["axis"] { axis = given }
    let data = shape(node.input(0)) ?? []
    guard (axis < 0 ? axis + data.count : axis) == before.axis else { return }
    guard let indices = values(node, 1), shape(node.input(1))?.count == 1 else {
      throw .unsupported(node: node.name, reason: "the channels that it takes are no plain list")
    }
    let extent = data[before.axis]
    let place = Dictionary(uniqueKeysWithValues: before.kept.enumerated().map { ($1, $0) })
    set(position, 1, indices.compactMap { place[$0 < 0 ? $0 + extent : $0] }, &graph)
  }
}
