/// `output = alpha * a * b + beta * c`, batched: axes before the last two are equal in all views (broadcast by stride 0).
///
/// float32, float64 and the 32- and 64-bit integers; all operands of one type.
package struct MatrixMultiplyInstruction: PlanInstruction {
  package static var opcode: Opcode { .matrixMultiply }

  /// `[batch..., M, K]`.
  package var a: TensorID
  /// `[batch..., K, N]`.
  package var b: TensorID
  /// `[batch..., M, N]` or none.
  package var c: TensorID
  /// `[batch..., M, N]`.
  package var output: TensorID
  /// Factor of the product.
  package var alpha: Float
  /// Factor of `c`.
  package var beta: Float

  package init(a: TensorID, b: TensorID, c: TensorID, output: TensorID, alpha: Float = 1, beta: Float = 1) {
    self.a = a
    self.b = b
    self.c = c
    self.output = output
    self.alpha = alpha
    self.beta = beta
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let a = try plan.operand(a, "a")
    let b = try plan.operand(b, "b")
    let output = try plan.result(output, "output")
    try plan.requireProduct(a, b, output)
    switch output.type {
    case .float32, .float64, .int32, .int64, .uint32, .uint64: break
    default: throw .malformed(reason: "instruction \(plan.position): multiplies matrices of \(output.type.name)")
    }
    try plan.require(a.type == output.type && b.type == output.type, "the operands' types differ")
    if let c = try plan.optionalOperand(c, "c") {
      try plan.requireSameShape(c, output)
      try plan.require(c.type == output.type, "the operands' types differ")
    }
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(
      multiplyAccumulates: MatrixProduct(context.view(a), context.view(b), context.view(output)).work)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let product = MatrixProduct(context.view(a), context.view(b), context.view(output))
    return StridedLoop.taskCount(threads: context.threads, work: product.work, units: product.units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type {
    case .float32: run(task, count, context, Float.self)
    case .float64: run(task, count, context, Double.self)
    case .int32: run(task, count, context, Int32.self)
    case .int64: run(task, count, context, Int64.self)
    case .uint32: run(task, count, context, UInt32.self)
    default: run(task, count, context, UInt64.self)
    }
  }

  private func run<T: MatrixScalar>(_ task: Int, _ count: Int, _ context: ExecutionContext, _: T.Type) {
    let (a, b, output) = (context.view(a), context.view(b), context.view(output))
    let addend = context.optionalView(c)
    let product = MatrixProduct(a, b, output)
    for unit in StridedLoop.range(product.units, task: task, of: count) {
      let rows = product.rows(of: unit)
      let batch = product.batch(of: unit)
      let x = a.pointer(as: T.self) + a.offset(of: batch, axes: product.batchAxes)
      let w = b.pointer(as: T.self) + b.offset(of: batch, axes: product.batchAxes)
      let y = output.pointer(as: T.self) + output.offset(of: batch, axes: product.batchAxes)
      for row in rows {
        product.multiplyRow(x + row * product.aRow, w, y + row * product.outputRow)
      }
      scale(product, y, rows)
      if let addend {
        let z = addend.pointer(as: T.self) + addend.offset(of: batch, axes: product.batchAxes)
        let (rowStep, columnStep) = (addend.stride(product.rank - 2), addend.stride(product.rank - 1))
        for row in rows {
          for column in 0..<product.n {
            let place = row * product.outputRow + column * product.outputColumn
            y[place] = T.add(y[place], T.scaled(z[row * rowStep + column * columnStep], beta))
          }
        }
      }
    }
  }

  private func scale<T: MatrixScalar>(_ product: MatrixProduct, _ y: UnsafeMutablePointer<T>, _ rows: Range<Int>) {
    if alpha == 1 { return }
    for row in rows {
      for column in 0..<product.n {
        let place = row * product.outputRow + column * product.outputColumn
        y[place] = T.scaled(y[place], alpha)
      }
    }
  }
}
