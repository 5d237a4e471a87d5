import Graph
import Runtime

/// Resampling along some axes: nearest, linear or cubic, by scales or to given extents.
package struct Resize: Operator {
  package static let name = "Resize"
  package static let channelFlow = ChannelFlow.channelwise

  private enum AspectRatio: String {
    case stretch
    case notLarger = "not_larger"
    case notSmaller = "not_smaller"
  }

  private let sampling: ResizeSampling
  private let axes: [Int]?
  private let aspectRatio: AspectRatio
  private let extrapolation: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    sampling = try ResizeSampling(node)
    axes = try node.ints("axes")
    aspectRatio = try ResizeSampling.choice(node, "keep_aspect_ratio_policy", "stretch")
    extrapolation = try node.float("extrapolation_value", default: 0)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X")
    guard sampling.mode == .nearest || x.type != .bool else {
      throw .invalid("bool can only be resized to the nearest")
    }
    return [ValueInfo(type: x.type, shape: try geometry(x.shape, operands).map(\.output))]
  }

  /// Extents, scale and region of every axis.
  private func geometry(_ shape: [Int], _ operands: [ValueInfo?]) throws(OperatorError) -> [ResizeAxis.Geometry] {
    let chosen =
      try axes.map { (axes) throws(OperatorError) in
        try Shape.resolved(axes: axes, rank: shape.count)
      } ?? Array(shape.indices)
    var (starts, ends) = (shape.map { _ in 0.0 }, shape.map { _ in 1.0 })
    if sampling.coordinates == .cropAndResize {
      let region = try operands.constant(1, "roi").doubles
      guard region.count == 2 * chosen.count, region.allSatisfy(\.isFinite) else {
        throw .invalid("roi has \(region.count) numbers: \(chosen.count) axes need \(2 * chosen.count) finite ones")
      }
      for (i, axis) in chosen.enumerated() { (starts[axis], ends[axis]) = (region[i], region[chosen.count + i]) }
    }
    var scales = shape.map { _ in 1.0 }
    var output = shape
    if let sizes = try operands.optionalConstant(3)?.integers, !sizes.isEmpty {
      guard sizes.count == chosen.count else {
        throw .invalid("there are \(sizes.count) sizes for \(chosen.count) axes")
      }
      for (i, axis) in chosen.enumerated() { output[axis] = sizes[i] }
      let ratios = chosen.map { Double(output[$0]) / Double(shape[$0]) }
      let common = aspectRatio == .notLarger ? ratios.min() : ratios.max()
      for (ratio, axis) in zip(ratios, chosen) {
        scales[axis] = ratio
        if aspectRatio == .stretch { continue }
        scales[axis] = common ?? 1
        output[axis] = Int(clamping: (scales[axis] * Double(shape[axis]) + 0.5).rounded(.down))
      }
    } else if let factors = try operands.optionalConstant(2)?.doubles, !factors.isEmpty {
      guard factors.count == chosen.count, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .invalid("scales \(factors) do not fit \(chosen.count) axes, or are not positive")
      }
      for (factor, axis) in zip(factors, chosen) {
        scales[axis] = factor
        // In single precision, like the producers of models: 0.7 times 10 is 7.
        let part = sampling.coordinates == .cropAndResize ? ends[axis] - starts[axis] : 1
        output[axis] = Int(clamping: Double((Float(shape[axis]) * Float(part) * Float(factor)).rounded(.down)))
      }
    } else {
      throw .invalid("there are neither scales nor sizes")
    }
    var result: [ResizeAxis.Geometry] = []
    for axis in try Shape.checked(output).indices {
      guard shape[axis] > 0 || output[axis] == 0 else { throw .invalid("axis \(axis) has no elements to resize") }
      result.append(
        ResizeAxis.Geometry(
          input: shape[axis], output: output[axis], scale: scales[axis], start: starts[axis], end: ends[axis]))
    }
    return result
  }

  /// The axes with their taps.
  private func tables(_ shape: [Int], _ operands: [ValueInfo?]) throws(OperatorError) -> [ResizeAxis] {
    var tables: [ResizeAxis] = []
    for axis in try geometry(shape, operands) { tables.append(try ResizeAxis(axis, sampling)) }
    return tables
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let tables = try tables(x.shape, operands.map { $0.map { ValueInfo($0) } })
    let shape = tables.map(\.output)
    let fill = Tensor(type: x.type, shape: [], doubles: [Double(extrapolation)])
    if sampling.mode == .nearest {
      return [x.picking(Shape.positions(in: x.shape, sources: tables.map(\.sources)), shape: shape, fill: fill)]
    }
    var (values, current) = (x.doubles, x.shape)
    for (axis, table) in tables.enumerated() where !table.isIdentity {
      values = table.apply(values, shape: current, axis: axis)
      current[axis] = table.output
    }
    if !x.type.isFloatingPoint { values = values.map { $0.rounded(.toNearestOrEven) } }
    let y = Tensor(type: x.type, shape: shape, doubles: values)
    guard tables.contains(where: \.hasOutside) else { return [y] }
    let places = tables.map { $0.isOutside.enumerated().map { $1 ? -1 : $0 } }
    return [y.picking(Shape.positions(in: shape, sources: places), shape: shape, fill: fill)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    var infos: [ValueInfo?] = []
    for input in node.inputs { infos.append(try input.map { (id) throws(OperatorError) in try plan.info(id) }) }
    let tables = try tables(x.shape, infos)
    if tables.allSatisfy(\.isIdentity) { return plan.bind(node, to: x) }
    let y = try plan.firstResult(node, order: .like(x))
    if sampling.mode == .nearest {
      try lowerNearest(x, to: y, tables, into: &plan)
    } else {
      try lowerWeighted(x, to: y, tables, into: &plan)
    }
  }

  private func lowerNearest(
    _ x: LoweredView, to y: LoweredView, _ tables: [ResizeAxis], into plan: inout Lowering
  ) throws(OperatorError) {
    if tables.contains(where: \.hasOutside) {
      let fill = plan.constant(Tensor(type: x.type, shape: [], doubles: [Double(extrapolation)]))
      return try plan.pick(
        x, positions: Shape.positions(in: x.shape, sources: tables.map(\.sources)), fill: fill, to: y)
    }
    let repetitions = tables.compactMap(\.repetition)
    let repeated = repetitions.indices.filter { repetitions[$0] > 1 }
    if repetitions.count == tables.count, x.rank + repeated.count <= maximumRank {
      var (source, target) = (x, y)
      for axis in repeated.reversed() {
        source = source.inserting(axis: axis + 1, count: repetitions[axis])
        target = target.splitting(axis: axis, inner: repetitions[axis])
      }
      return plan.copy(source, to: target)
    }
    try lowerAxes(x, to: y, tables, into: &plan) { table, axis, source, target, plan in
      let indices = plan.constant(Tensor(table.indices.map { Int32(clamping: $0) }, shape: [table.output]))
      plan.gather(source, indices, axis: axis, to: target)
    }
  }

  private func lowerWeighted(
    _ x: LoweredView, to y: LoweredView, _ tables: [ResizeAxis], into plan: inout Lowering
  ) throws(OperatorError) {
    let bounds: (lower: Float, upper: Float)?
    switch x.type {
    case .float32, .float16: bounds = nil
    case .uint8: bounds = (0, 255)
    case .int8: bounds = (-128, 127)
    case .uint16: bounds = (0, 65535)
    case .int16: bounds = (-32768, 32767)
    case .float64, .int32, .int64, .uint32, .uint64, .bool:
      throw .unsupported("\(x.type.name) by \(sampling.mode.rawValue) interpolation in a compiled plan")
    }
    let source = try plan.cast(x, to: .float32)
    let work =
      y.type == .float32 ? y : try plan.temporary(type: .float32, shape: y.shape, order: .like(y))
    try lowerAxes(source, to: work, tables, into: &plan) { table, axis, source, target, plan in
      let shape = [table.output, table.taps]
      let indices = plan.constant(Tensor(table.indices.map { Int32(clamping: $0) }, shape: shape))
      // Rows outside the region become zero here, and get their value from `addExtrapolation`.
      let weights = plan.constant(
        Tensor(
          table.weights.indices.map { table.isOutside[$0 / table.taps] ? 0 : Float(table.weights[$0]) }, shape: shape))
      plan.emit(
        ResampleInstruction(
          input: plan.id(source), output: plan.id(target), axis: Int32(axis), taps: Int32(clamping: table.taps),
          indices: plan.id(indices), weights: plan.id(weights)),
        reads: [source, indices, weights], writes: [target])
    }
    addExtrapolation(to: work, tables, into: &plan)
    if let bounds {
      plan.emit(.round, work, to: work)
      plan.emit(.clip, work, to: work, alpha: bounds.lower, beta: bounds.upper)
    }
    plan.deliver(work, to: y)
  }

  /// Adds the extrapolation value to the elements outside the region, which are zero.
  private func addExtrapolation(to work: LoweredView, _ tables: [ResizeAxis], into plan: inout Lowering) {
    guard extrapolation != 0, tables.contains(where: \.hasOutside) else { return }
    let masks = tables.map { $0.hasOutside ? $0.isOutside : [false] }
    let shape = masks.map(\.count)
    let places = Shape.positions(in: shape, sources: masks.map { $0.enumerated().map { $1 ? -1 : $0 } })
    let values = plan.constant(Tensor(places.map { $0 < 0 ? extrapolation : 0 }, shape: shape))
    plan.emit(.add, work, values, to: work)
  }

  /// Emits one step an axis that changes, shrinking ones first; the last writes to `y`.
  private func lowerAxes(
    _ x: LoweredView, to y: LoweredView, _ tables: [ResizeAxis], into plan: inout Lowering,
    _ emit: (ResizeAxis, Int, LoweredView, LoweredView, inout Lowering) -> Void
  ) throws(OperatorError) {
    func growth(_ axis: Int) -> Double { Double(tables[axis].output) / Double(max(tables[axis].input, 1)) }
    let changing = tables.indices.filter { !tables[$0].isIdentity }.sorted { growth($0) < growth($1) }
    var source = x
    for (step, axis) in changing.enumerated() {
      var shape = source.shape
      shape[axis] = tables[axis].output
      let isLast = step == changing.count - 1
      let target = isLast ? y : try plan.temporary(type: x.type, shape: shape, order: .like(source))
      emit(tables[axis], axis, source, target, &plan)
      source = target
    }
    if changing.isEmpty { plan.deliver(x, to: y) }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    var infos: [ValueInfo?] = []
    for input in node.node.inputs { infos.append(try input.map { (id) throws(OperatorError) in try node.info(id) }) }
    let tables = try tables(shape, infos)
    // Axes that shrink most come first.
    func growth(_ axis: Int) -> Double { Double(tables[axis].input) / Double(max(tables[axis].output, 1)) }
    var dx = dy
    for axis in tables.indices.sorted(by: { (growth($0), $0) < (growth($1), $1) }) where !tables[axis].isIdentity {
      dx = try node.resampled(dx, axis: axis, tables[axis].map.transposed)
    }
    node.set(0, dx)
  }
}

extension ResizeAxis {
  /// The axis as a linear map; outputs outside the region depend on nothing.
  fileprivate var map: AxisMap {
    AxisMap(
      input: input, output: output, taps: taps, indices: indices,
      weights: weights.indices.map { isOutside[$0 / taps] ? 0 : weights[$0] })
  }

  /// For nearest: the source of every output, or -1 outside the region.
  fileprivate var sources: [Int] { indices.indices.map { isOutside[$0] ? -1 : indices[$0] } }
}
