/// Batched product of 8-bit integers into int32: `(a - aZeroPoint) * (b - bZeroPoint)`; batch axes equal by stride 0.
package struct IntegerMatrixMultiplyInstruction: PlanInstruction {
  package static var opcode: Opcode { .integerMatrixMultiply }

  /// `[batch..., M, K]`.
  package var a: TensorID
  /// Broadcast to `a`'s shape, or none for 0.
  package var aZeroPoint: TensorID
  /// `[batch..., K, N]`.
  package var b: TensorID
  /// Broadcast to `b`'s shape, or none for 0.
  package var bZeroPoint: TensorID
  /// int32 `[batch..., M, N]`.
  package var output: TensorID

  package init(a: TensorID, aZeroPoint: TensorID, b: TensorID, bZeroPoint: TensorID, output: TensorID) {
    self.a = a
    self.aZeroPoint = aZeroPoint
    self.b = b
    self.bZeroPoint = bZeroPoint
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let a = try plan.operand(a, "a")
    let b = try plan.operand(b, "b")
    let output = try plan.result(output, "output")
    try plan.requireProduct(a, b, output)
    try plan.require(
      (a.type == .int8 || a.type == .uint8) && (b.type == .int8 || b.type == .uint8), "a or b is not of 8 bits")
    try plan.require(output.type == .int32, "the output is not int32")
    if let zero = try plan.optionalOperand(aZeroPoint, "aZeroPoint") {
      try plan.requireSameShape(zero, a)
      try plan.require(zero.type == a.type, "a zero point has another type than its operand")
    }
    if let zero = try plan.optionalOperand(bZeroPoint, "bZeroPoint") {
      try plan.requireSameShape(zero, b)
      try plan.require(zero.type == b.type, "a zero point has another type than its operand")
    }
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let product = MatrixProduct(context.view(a), context.view(b), context.view(output))
    return StridedLoop.taskCount(threads: context.threads, work: product.work, units: product.units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch (context.view(a).type, context.view(b).type) {
    case (.int8, .int8): run(task, count, context, Int8.self, Int8.self)
    case (.int8, _): run(task, count, context, Int8.self, UInt8.self)
    case (_, .int8): run(task, count, context, UInt8.self, Int8.self)
    case (_, _): run(task, count, context, UInt8.self, UInt8.self)
    }
  }

  private func run<A: FixedWidthInteger & BitwiseCopyable, B: FixedWidthInteger & BitwiseCopyable>(
    _ task: Int, _ count: Int, _ context: ExecutionContext, _: A.Type, _: B.Type
  ) {
    let (a, b, output) = (context.view(a), context.view(b), context.view(output))
    let (aZero, bZero) = (context.optionalView(aZeroPoint), context.optionalView(bZeroPoint))
    let product = MatrixProduct(a, b, output)
    let axes = product.batchAxes
    let (row, column) = (product.rank - 2, product.rank - 1)
    for unit in StridedLoop.range(product.units, task: task, of: count) {
      let batch = product.batch(of: unit)
      let x = a.pointer(as: A.self) + a.offset(of: batch, axes: axes)
      let w = b.pointer(as: B.self) + b.offset(of: batch, axes: axes)
      let y = output.pointer(as: Int32.self) + output.offset(of: batch, axes: axes)
      let xZero = aZero.map { $0.pointer(as: A.self) + $0.offset(of: batch, axes: axes) }
      let wZero = bZero.map { $0.pointer(as: B.self) + $0.offset(of: batch, axes: axes) }
      let (xZeroRow, xZeroColumn) = (aZero?.stride(row) ?? 0, aZero?.stride(column) ?? 0)
      let (wZeroRow, wZeroColumn) = (bZero?.stride(row) ?? 0, bZero?.stride(column) ?? 0)
      for i in product.rows(of: unit) {
        let target = y + i * product.outputRow
        for j in 0..<product.n { target[j * product.outputColumn] = 0 }
        for k in 0..<product.k {
          let left =
            Int32(x[i * product.aRow + k * product.aColumn])
            &- (xZero.map { Int32($0[i * xZeroRow + k * xZeroColumn]) } ?? 0)
          let (source, zeros) = (w + k * product.bRow, wZero.map { $0 + k * wZeroRow })
          if wZeroColumn == 0 && product.bColumn == 1 && product.outputColumn == 1 {
            let zero = zeros.map { Int32($0[0]) } ?? 0
            for j in 0..<product.n { target[j] &+= left &* (Int32(source[j]) &- zero) }
          } else {
            for j in 0..<product.n {
              let zero = zeros.map { Int32($0[j * wZeroColumn]) } ?? 0
              target[j * product.outputColumn] &+= left &* (Int32(source[j * product.bColumn]) &- zero)
            }
          }
        }
      }
    }
  }
}
