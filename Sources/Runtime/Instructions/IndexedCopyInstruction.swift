/// `output[i] = table[i] < 0 ? fill : input[table[i]]`: any data movement whose pattern is known at compile time.
///
/// Positions count the input's elements in logical row-major order.
package struct IndexedCopyInstruction: PlanInstruction {
  package static var opcode: Opcode { .indexedCopy }

  /// Any strides.
  package var input: TensorID
  /// int32, contiguous, the output's element count; in the weights.
  package var table: TensorID
  /// One element of the output's type; none means zero.
  package var fill: TensorID
  /// The input's type, any strides.
  package var output: TensorID

  package init(input: TensorID, table: TensorID, fill: TensorID, output: TensorID) {
    self.input = input
    self.table = table
    self.fill = fill
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let table = try plan.operand(table, "table")
    let output = try plan.result(output, "output")
    try plan.require(input.type == output.type, "the operands' types differ")
    if let fill = try plan.optionalOperand(fill, "fill") {
      try plan.require(fill.type == output.type && fill.count == 1, "the fill is not one element of the output's type")
    }
    try plan.require(table.type == .int32 && table.count == output.count, "the table does not fit the output")
    var isInside = true
    for position in try plan.values(of: table, as: Int32.self) { isInside = isInside && Int(position) < input.count }
    try plan.require(isInside, "the table points outside the input")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let count = context.view(output).elementCount
    return StridedLoop.taskCount(threads: context.threads, work: count.multipliedSaturating(by: 4), units: count)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type.byteCount {
    case 1: run(task, count, context, UInt8(0))
    case 2: run(task, count, context, UInt16(0))
    case 4: run(task, count, context, UInt32(0))
    default: run(task, count, context, UInt64(0))
    }
  }

  /// Moves elements of the size of `T`; all types' zeros are zero bytes.
  private func run<T: BitwiseCopyable>(_ task: Int, _ count: Int, _ context: ExecutionContext, _ zero: T) {
    let (input, output) = (context.view(input), context.view(output))
    let fill = context.optionalView(fill)?.pointer(as: T.self).pointee ?? zero
    let table = context.view(table).pointer(as: Int32.self)
    let (x, y) = (input.pointer(as: T.self), output.pointer(as: T.self))
    let range = StridedLoop.range(output.elementCount, task: task, of: count)
    if input.isContiguous && output.isContiguous {
      for i in range {
        let position = Int(table[i])
        y[i] = position < 0 ? fill : x[position]
      }
      return
    }
    for i in range {
      let position = Int(table[i])
      y[output.offset(of: i, axes: 0..<output.rank)] =
        position < 0 ? fill : x[input.offset(of: position, axes: 0..<input.rank)]
    }
  }
}
