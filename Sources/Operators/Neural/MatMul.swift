import Graph
import Runtime

/// The matrix product by NumPy's rules: one-axis operands are rows and columns, batch axes are broadcast.
package struct MatMul: Operator {
  package static let name = "MatMul"
  package static let channelFlow = ChannelFlow.product

  /// The types that products are computed in.
  static let operandTypes: [ElementType] = .floatingPoint + [.int32, .int64, .uint32, .uint64]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let a = try operands.required(0, "A", types: MatMul.operandTypes)
    let b = try operands.required(1, "B", types: [a.type])
    return [ValueInfo(type: a.type, shape: try MatrixProduct(a.shape, b.shape).shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (a, b) = (try operands.required(0), try operands.required(1))
    let product = try MatrixProduct(a.shape, b.shape)
    if a.type.isFloatingPoint {
      return [Tensor(type: a.type, shape: product.shape, doubles: product.multiply(a.doubles, b.doubles))]
    }
    return [Tensor(type: a.type, shape: product.shape, integers: product.multiply(a.integers, b.integers))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let a = try plan.widened(plan.operand(node, 0))
    let weights = try plan.constant(node, 1)
    let y = try plan.firstResult(node, order: .rowMajor)
    if let weights, !weights.bytes.isEmpty, weights.type == .float32 || weights.type == .float16,
      weights.shape.count <= 2 || weights.shape.dropLast(2).allSatisfy({ $0 == 1 })
    {
      let product = try MatrixProduct(a.shape, weights.shape)
      let columns = product.columns
      let layer = FullyConnectedLayer(
        weights: .constant(weights.floats, bias: []), depth: product.depth, columns: columns, columnStride: 1,
        depthStride: columns, activation: .identity)
      try layer.emit(a, to: y, into: &plan)
      return
    }
    let b = try plan.widened(plan.operand(node, 1))
    let product = try MatrixProduct(a.shape, b.shape)
    let rows = a.shape.dropLast().reduce(1, *)
    if a.type == .float32, b.rank == 2,
      FullyConnectedLayer.isWorthPacking(rows: rows, depth: product.depth, columns: product.columns)
    {
      if a.rank == 2, a.strides[0] == 1, a.strides[1] != 1, b.strides[1] == 1 {
        let work = try plan.workspace(for: y, order: .rowMajor) { $0.strides[1] == 1 }
        try plan.transposedProduct(a.permuted([1, 0]), b, to: work)
        plan.deliver(work, to: y)
        return
      }
      let layer = FullyConnectedLayer(
        weights: .computed(b, bias: nil), depth: product.depth, columns: product.columns, activation: .identity)
      return try layer.emit(a, to: y, into: &plan)
    }
    let work = try plan.workspace(for: y, order: .rowMajor)
    let (left, right) = product.views(a, b)
    let target = product.view(work)
    plan.emit(
      MatrixMultiplyInstruction(a: plan.id(left), b: plan.id(right), c: .none, output: plan.id(target)),
      reads: [left, right], writes: [target])
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (a, b) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let (aShape, bShape) = (try node.info(a).shape, try node.info(b).shape)
    let product = try MatrixProduct(aShape, bShape)
    let rows = try node.reshaped(dy, to: product.fullShape)
    if node.isWanted(0) {
      let right = try transposed(node.reshaped(b, to: product.bShape), &node)
      let da = try node.reduced(node.emit("MatMul", [rows, right]), to: product.aShape)
      node.set(0, try node.reshaped(da, to: aShape))
    }
    if node.isWanted(1), bShape.count <= 2 {
      // One matrix for the whole batch: one product of all rows, rather than many and their sum.
      let count = product.batch.reduce(1, *) * product.rows
      let left = try node.reshaped(a, to: [count, product.depth])
      let all = try node.reshaped(rows, to: [count, product.columns])
      node.set(1, try node.reshaped(node.emit("Gemm", [left, all], ["transA": .int(1)]), to: bShape))
    } else if node.isWanted(1) {
      let left = try transposed(node.reshaped(a, to: product.aShape), &node)
      node.set(1, try node.reduced(node.emit("MatMul", [left, rows]), to: bShape))
    }
  }

  /// The last two axes exchanged.
  private func transposed(_ value: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    let rank = try node.info(value).rank
    let permutation = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
    return try node.emit("Transpose", [value], ["perm": .ints(permutation)])
  }
}
