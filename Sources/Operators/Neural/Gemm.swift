import Graph
import Runtime

/// `activation(alpha * A' * B' + beta * C)`: A' `[M, K]`, B' `[K, N]` (transposed where told), C broadcast to `[M, N]`.
package struct Gemm: Operator {
  package static let name = "Gemm"
  package static let channelFlow = ChannelFlow.product

  private let alpha: Float
  private let beta: Float
  private let transposesA: Bool
  private let transposesB: Bool
  private let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
    beta = try node.float("beta", default: 1)
    transposesA = try node.flag("transA")
    transposesB = try node.flag("transB")
    activation = try node.fusedActivation()
  }

  private func product(_ a: [Int], _ b: [Int]) throws(OperatorError) -> MatrixProduct {
    guard a.count == 2, b.count == 2 else {
      throw .invalid("A is \(Shape.text(a)) and B \(Shape.text(b)): matrices are needed")
    }
    return try MatrixProduct(transposesA ? [a[1], a[0]] : a, transposesB ? [b[1], b[0]] : b)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let a = try operands.required(0, "A", types: MatMul.operandTypes)
    let b = try operands.required(1, "B", types: [a.type])
    let shape = try product(a.shape, b.shape).shape
    if let c = operands.optional(2) {
      guard c.type == a.type, Shape.broadcast(c.shape, shape) == shape else {
        throw .invalid(
          "C is \(c.type.name) \(Shape.text(c.shape)), which does not broadcast to \(a.type.name) "
            + Shape.text(shape))
      }
    }
    return [ValueInfo(type: a.type, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let a = try operands.required(0).transposed(if: transposesA)
    let b = try operands.required(1).transposed(if: transposesB)
    let product = try MatrixProduct(a.shape, b.shape)
    let c = operands.optional(2)?.broadcast(to: product.shape)
    if !a.type.isFloatingPoint, alpha == 1, beta == 1 {
      var y = product.multiply(a.integers, b.integers)
      if let c = c?.integers { for i in y.indices { y[i] &+= c[i] } }
      return [Tensor(type: a.type, shape: product.shape, integers: y)]
    }
    var y = product.multiply(a.doubles, b.doubles)
    let addend = c?.doubles
    for i in y.indices { y[i] = activation.value(Double(alpha) * y[i] + Double(beta) * (addend?[i] ?? 0)) }
    return [Tensor(type: a.type, shape: product.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    var a = try plan.widened(plan.operand(node, 0))
    if transposesA { a = a.permuted([1, 0]) }
    let y = try plan.firstResult(node, order: .rowMajor)
    if let weights = try plan.constant(node, 1), let bias = try constantBias(node, plan, columns: y.shape[1]),
      a.type == .float32, !weights.bytes.isEmpty
    {
      let (depth, columns) = (a.shape[1], y.shape[1])
      let layer = FullyConnectedLayer(
        weights: .constant(alpha == 1 ? weights.floats : weights.floats.map { $0 * alpha }, bias: bias), depth: depth,
        columns: columns, columnStride: transposesB ? depth : 1, depthStride: transposesB ? 1 : columns,
        activation: activation)
      return try layer.emit(a, to: y, into: &plan)
    }
    var b = try plan.widened(plan.operand(node, 1))
    if transposesB { b = b.permuted([1, 0]) }
    var c = try plan.optionalOperand(node, 2)
    if let given = c { c = try plan.widened(given) }
    if try lowerPacked(a, b, c, to: y, into: &plan) { return }
    c = c?.broadcast(to: y.shape)
    let work = try plan.workspace(for: y, order: .rowMajor)
    plan.emit(
      MatrixMultiplyInstruction(
        a: plan.id(a), b: plan.id(b), c: plan.id(c), output: plan.id(work), alpha: alpha, beta: beta),
      reads: [a, b, c], writes: [work])
    plan.emit(activation, on: work)
    plan.deliver(work, to: y)
  }

  /// Two computed float32 matrices: the right one is packed in every run, or, where the left one is transposed, both are
  /// read as pixels of a weights gradient. Returns whether that is done.
  private func lowerPacked(
    _ a: LoweredView, _ b: LoweredView, _ c: LoweredView?, to y: LoweredView, into plan: inout Lowering
  ) throws(OperatorError) -> Bool {
    let (depth, columns) = (a.shape[1], y.shape[1])
    guard a.type == .float32, alpha == 1, c == nil || beta == 1,
      FullyConnectedLayer.isWorthPacking(rows: a.shape[0], depth: depth, columns: columns)
    else { return false }
    let isTransposed = a.strides[0] == 1 && a.strides[1] != 1 && b.strides[1] == 1
    // One number a column, not one a row.
    let isRow = c.map { $0.shape.last == columns && $0.elementCount == columns } ?? false
    let bias = isTransposed || !isRow ? nil : c?.reshaped(to: [columns])
    let work = try plan.workspace(for: y, order: .rowMajor) { $0.strides[1] == 1 }
    if isTransposed {
      try plan.transposedProduct(a.permuted([1, 0]), b, to: work)
    } else {
      let isLast = c == nil || bias != nil
      let layer = FullyConnectedLayer(
        weights: .computed(b, bias: bias), depth: depth, columns: columns,
        activation: isLast ? activation : .identity)
      try layer.emit(a, to: work, into: &plan)
    }
    if let c, bias == nil {
      plan.emit(.add, work, c, to: work, activation: activation)
    } else if isTransposed {
      plan.emit(activation, on: work)
    }
    plan.deliver(work, to: y)
    return true
  }

  /// `beta * C` as one number a column (empty without C), or nil where C is no such thing.
  private func constantBias(_ node: Node, _ plan: Lowering, columns: Int) throws(OperatorError) -> [Float]? {
    guard node.input(2) != nil else { return [] }
    guard let c = try plan.constant(node, 2), c.shape.count < 2 || c.shape[0] == 1 else { return nil }
    return c.reshaped([c.elementCount]).broadcast(to: [columns]).doubles.map { Float($0 * Double(beta)) }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try activation.requireNone()
    guard let dy = node.resultGradient(0) else { return }
    let (a, b) = (try node.requiredOperand(0), try node.requiredOperand(1))
    // dA' = alpha dY B'^T and dB' = alpha A'^T dY; where an operand was transposed, the transpose of that.
    func product(
      _ left: ValueID, _ transposesLeft: Bool, _ right: ValueID, _ transposesRight: Bool,
      _ node: inout NodeGradient
    ) throws(OperatorError) -> ValueID {
      let attributes: [String: Attribute] = [
        "alpha": .float(alpha), "transA": .int(transposesLeft ? 1 : 0), "transB": .int(transposesRight ? 1 : 0),
      ]
      return try node.emit("Gemm", [left, right], attributes)
    }
    if node.isWanted(0) {
      let da =
        transposesA ? try product(b, transposesB, dy, true, &node) : try product(dy, false, b, !transposesB, &node)
      node.set(0, da)
    }
    if node.isWanted(1) {
      let db =
        transposesB ? try product(dy, true, a, transposesA, &node) : try product(a, !transposesA, dy, false, &node)
      node.set(1, db)
    }
    if node.isWanted(2), let c = node.operand(2) {
      node.set(2, try node.scaled(node.reduced(dy, toShapeOf: c), by: Double(beta)))
    }
  }
}

extension Tensor {
  /// The transposed matrix where `condition` holds, else the tensor itself.
  fileprivate func transposed(if condition: Bool) -> Tensor {
    guard condition else { return self }
    let positions = Shape.positions([shape[1], shape[0]], strides: [1, shape[1]])
    return picking(positions, shape: [shape[1], shape[0]])
  }
}
