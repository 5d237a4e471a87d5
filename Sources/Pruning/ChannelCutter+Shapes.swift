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
      case Pad.name: setPads(position, before, after, &graph)
      case Gather.name:
        if let before { try setIndices(position, before, &graph) }
      case Resize.name:
        if after != nil { setPictureSizes(position, &graph) }
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
      // What it says of channels may be a number. Axis 0 is the batch: whatever is left, or what the operand has.
      return set(position, 1, [isReshape ? -1 : 1] + extents.dropFirst(), &graph)
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
    // Parts that nobody asks for have sizes too.
    guard node.axis(rank: shape(node.input(0))?.count ?? 0) == before.axis,
      let parts = try? OperatorRegistry.standard.make(node, in: graph)
        .infer(node.inputs.map { $0.flatMap { coupled.infos[$0] } })
    else { return }
    var start = 0
    let sizes = parts.map { part in
      let range = start..<start + part.shape[before.axis]
      start = range.upperBound
      return before.kept.count(where: range.contains)
    }
    graph.nodes[position].attributes["num_outputs"] = nil
    set(position, 1, sizes, &graph)
  }

  private func setPads(
    _ position: Int, _ before: (axis: Int, kept: [Int])?, _ after: (axis: Int, kept: [Int])?, _ graph: inout Graph
  ) {
    let node = graph.nodes[position]
    guard let axis = (before ?? after)?.axis, var pads = values(node, 1), let data = shape(node.input(0)),
      let result = shape(node.output(0))
    else { return }
    let axes = (values(node, 3) ?? Array(data.indices)).map { $0 < 0 ? $0 + data.count : $0 }
    guard let entry = axes.firstIndex(of: axis) else { return }
    // What is added is counted in the result, what is taken away in the operand.
    let (taken, left) = (before?.kept ?? Array(0..<data[axis]), after?.kept ?? Array(0..<result[axis]))
    let (begin, end) = (pads[entry], pads[entry + axes.count])
    pads[entry] = begin < 0 ? -taken.count { $0 < -begin } : left.count { $0 < begin }
    pads[entry + axes.count] =
      end < 0 ? -taken.count { $0 >= data[axis] + end } : left.count { $0 >= begin + data[axis] }
    set(position, 1, pads, &graph)
  }

  /// Sizes are of all axes, or of some: batch and channels keep theirs.
  private func setPictureSizes(_ position: Int, _ graph: inout Graph) {
    let node = graph.nodes[position]
    guard let sizes = values(node, 3), !sizes.isEmpty, let result = shape(node.output(0)) else { return }
    var axes = Array(result.indices)
    if case .ints(let given) = node.attributes["axes"] { axes = given.map { $0 < 0 ? $0 + result.count : $0 } }
    let entries = axes.indices.filter { axes[$0] > 1 }
    guard entries.count < axes.count else { return }
    graph.nodes[position].attributes["axes"] = .ints(entries.map { axes[$0] })
    // These are the sizes that it led to.
    graph.nodes[position].attributes["keep_aspect_ratio_policy"] = nil
    set(position, 3, entries.map { result[axes[$0]] }, &graph)
    // The region's beginnings, then its ends.
    if let region = node.input(1).flatMap({ coupled.infos[$0]?.constant }), region.elementCount == 2 * axes.count {
      let places = entries + entries.map { $0 + axes.count }
      graph.nodes[position].inputs[1] = graph.addConstant(
        "\(node.name)/1/pruned", region.picking(places, shape: [places.count]))
    }
  }

  private func setIndices(
    _ position: Int, _ before: (axis: Int, kept: [Int]), _ graph: inout Graph
  ) throws(PruningError) {
    let node = graph.nodes[position]
    let data = shape(node.input(0)) ?? []
    guard node.axis(rank: data.count) == before.axis else { return }
    guard let indices = values(node, 1), shape(node.input(1))?.count == 1 else {
      throw .unsupported(node: node.name, reason: "the channels that it takes are no plain list")
    }
    let extent = data[before.axis]
    let place = Dictionary(uniqueKeysWithValues: before.kept.enumerated().map { ($1, $0) })
    set(position, 1, indices.compactMap { place[$0 < 0 ? $0 + extent : $0] }, &graph)
  }
}
