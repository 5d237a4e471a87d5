import Graph

/// Elements from `starts` up to, not including, `ends` in steps of `steps` along `axes`. Positions count from the end
/// where negative and are clamped to the operand; negative steps go backwards.
package struct Slice: Operator {
  package static let name = "Slice"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  /// The elements taken along one axis: `start`, `start + step`, ...
  private struct Run {
    var start: Int
    var step: Int
    var count: Int
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    let runs = try runs(
      x.shape, starts: try operands.constant(1, "starts"), ends: try operands.constant(2, "ends"),
      axes: try operands.optionalConstant(3), steps: try operands.optionalConstant(4))
    return [ValueInfo(type: x.type, shape: runs.map(\.count))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let runs = try runs(
      x.shape, starts: try operands.required(1), ends: try operands.required(2), axes: operands.optional(3),
      steps: operands.optional(4))
    let sources = runs.map { run in (0..<run.count).map { run.start + $0 * run.step } }
    return [x.picking(Shape.positions(in: x.shape, sources: sources), shape: runs.map(\.count))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    var view = try plan.operand(node, 0)
    guard let starts = try plan.constant(node, 1), let ends = try plan.constant(node, 2) else {
      throw .valueNeeded(operand: 1)
    }
    let runs = try runs(
      view.shape, starts: starts, ends: ends, axes: try plan.constant(node, 3), steps: try plan.constant(node, 4))
    for (axis, run) in runs.enumerated() {
      let first = run.step > 0 ? run.start : run.start + (run.count - 1) * run.step
      view = view.sliced(axis: axis, start: run.count == 0 ? 0 : first, count: run.count, step: abs(run.step))
    }
    // Views cannot go backwards: those axes are turned around by a table.
    guard runs.contains(where: { $0.step < 0 && $0.count > 1 }), view.elementCount > 0 else {
      if let source = node.input(0), let result = node.output(0), let image = plan.tiled[source],
        isHalf(runs, of: try plan.info(source).shape)
      {
        plan.tiledHalves[result] = image
      }
      return plan.bind(node, to: view)
    }
    let sources = runs.map { run in run.step < 0 ? (0..<run.count).reversed() : Array(0..<run.count) }
    let y = try plan.firstResult(node, order: .like(view))
    try plan.pick(view, positions: Shape.positions(in: view.shape, sources: sources), to: y)
  }

  /// Whether every other line and pixel of an image is taken, from the first on.
  private func isHalf(_ runs: [Run], of shape: [Int]) -> Bool {
    shape.count == 4
      && runs.indices.allSatisfy { axis in
        let step = axis < 2 ? 1 : 2
        return runs[axis].start == 0 && runs[axis].step == step && step * runs[axis].count == shape[axis]
      }
  }

  private func runs(
    _ shape: [Int], starts: Tensor, ends: Tensor, axes: Tensor?, steps: Tensor?
  ) throws(OperatorError) -> [Run] {
    let (starts, ends) = (starts.integers, ends.integers)
    let axes = try Shape.resolved(axes: axes?.integers ?? Array(starts.indices), rank: shape.count)
    let steps = steps?.integers ?? Array(repeating: 1, count: starts.count)
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw .invalid(
        "\(starts.count) starts, \(ends.count) ends, \(axes.count) axes and \(steps.count) steps do not fit")
    }
    var runs = shape.map { Run(start: 0, step: 1, count: $0) }
    for (position, axis) in axes.enumerated() {
      let extent = shape[axis]
      guard steps[position] != 0 else { throw .invalid("a step of 0 along axis \(axis)") }
      // A step beyond the extent takes one element, whatever it is: clamped, nothing below can overflow.
      let step = max(-Shape.maximumElementCount, min(Shape.maximumElementCount, steps[position]))
      let bounds = step > 0 ? 0...extent : -1...extent - 1
      func clamped(_ position: Int) -> Int {
        let fromStart = position < 0 ? position + extent : position
        return max(bounds.lowerBound, min(bounds.upperBound, fromStart))
      }
      let (start, end) = (clamped(starts[position]), clamped(ends[position]))
      let span = step > 0 ? end - start : start - end
      runs[axis] = Run(start: start, step: step, count: span <= 0 ? 0 : (span + abs(step) - 1) / abs(step))
    }
    return runs
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    guard let starts = try node.known(1), let ends = try node.known(2) else { throw .valueNeeded(operand: 1) }
    let runs = try runs(shape, starts: starts, ends: ends, axes: node.known(3), steps: node.known(4))
    if runs.contains(where: { $0.step > 1 && $0.count > 1 }), runs.allSatisfy({ $0.step > 0 || $0.count < 2 }) {
      let attributes: [String: Attribute] = [
        "starts": .ints(runs.map { $0.count == 0 ? 0 : $0.start }),
        "steps": .ints(runs.map { max(1, $0.step) }), "input_shape": .ints(shape),
      ]
      return node.set(0, try node.emit(SliceGradient.name, [dy], attributes))
    }
    var (dx, before, after) = (dy, shape.map { _ in 0 }, shape.map { _ in 0 })
    for (axis, run) in runs.enumerated() {
      if run.step == 1 || run.count < 2 {
        before[axis] = run.count == 0 ? 0 : run.start
        after[axis] = shape[axis] - before[axis] - run.count
      } else {
        let sources = (0..<run.count).map { run.start + $0 * run.step }
        dx = try node.scattered(dx, axis: axis, sources: sources, extent: shape[axis])
      }
    }
    node.set(0, try node.padded(dx, before: before, after: after))
  }
}
