/// `output[i] = input[i]`: brings a view (transposed, sliced, repeated) into another order of memory.
package struct CopyInstruction: PlanInstruction {
  package static var opcode: Opcode { .copy }

  /// Any strides.
  package var input: TensorID
  /// The same type and shape, any strides.
  package var output: TensorID

  package init(input: TensorID, output: TensorID) {
    self.input = input
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == output.type, "the operands' types differ")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let pattern = Pattern(context.view(input), context.view(output))
    return StridedLoop.taskCount(threads: context.threads, work: pattern.loop.count, units: pattern.units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let pattern = Pattern(input, output)
    switch output.type.byteCount {
    case 1: pattern.run(task, count, input.pointer(as: UInt8.self), output.pointer(as: UInt8.self))
    case 2: pattern.run(task, count, input.pointer(as: UInt16.self), output.pointer(as: UInt16.self))
    case 4: pattern.run(task, count, input.pointer(as: UInt32.self), output.pointer(as: UInt32.self))
    default: pattern.run(task, count, input.pointer(as: UInt64.self), output.pointer(as: UInt64.self))
    }
  }

  /// How elements are walked: run by run in the output's order, or, where the input lies across it, in square tiles so
  /// that both sides use whole cache lines.
  private struct Pattern {
    private(set) var loop: StridedLoop
    private let isTiled: Bool

    /// Side of a tile in elements.
    private static var side: Int { 32 }

    init(_ input: TensorView, _ output: TensorView) {
      loop = StridedLoop(output.shape, output.strides, input.strides)
      // The axis along which the input's elements lie closest.
      var closest = loop.rank - 1
      for axis in 0..<loop.rank where loop.step(axis)[1] > 0 && loop.step(axis)[1] < loop.step(closest)[1] {
        closest = axis
      }
      isTiled = closest != loop.rank - 1 && loop.count > 0
      if isTiled { loop.moveInward(axis: closest) }
    }

    private var rows: Int { loop.extents[loop.rank - 2] }
    private var columns: Int { loop.innerCount }
    /// Rows and columns of a tile: square, or longer where the other side is short.
    private var tileRows: Int { Self.side * Self.side / min(columns, Self.side) }
    private var tileColumns: Int { Self.side * Self.side / min(rows, Self.side) }
    /// Bands of a plane that tasks share: of rows, or of columns where those are more.
    private var bands: Int {
      rows >= columns ? (rows + tileRows - 1) / tileRows : (columns + tileColumns - 1) / tileColumns
    }

    /// In how many pieces tasks may share the work.
    var units: Int {
      if isTiled { return loop.count / (rows * columns) * bands }
      return loop.rank == 1 ? (loop.count + StridedLoop.grain - 1) / StridedLoop.grain : loop.runCount
    }

    func run<T: BitwiseCopyable>(
      _ task: Int, _ tasks: Int, _ input: UnsafeMutablePointer<T>, _ output: UnsafeMutablePointer<T>
    ) {
      if isTiled {
        runTiled(task, tasks, input, output)
        return
      }
      let (to, from) = (loop.step[0], loop.step[1])
      loop.forEachRun(task: task, of: tasks) { offsets, length in
        let (y, x) = (output + offsets[0], input + offsets[1])
        if to == 1 && from == 1 {
          y.update(from: x, count: length)
        } else if to == 1 && from == 0 {
          y.update(repeating: x[0], count: length)
        } else {
          for i in 0..<length { y[i &* to] = x[i &* from] }
        }
      }
    }

    private func runTiled<T: BitwiseCopyable>(
      _ task: Int, _ tasks: Int, _ input: UnsafeMutablePointer<T>, _ output: UnsafeMutablePointer<T>
    ) {
      let (bands, splitsRows) = (bands, rows >= columns)
      for unit in StridedLoop.range(units, task: task, of: tasks) {
        let (plane, band) = (unit / bands, unit % bands)
        let rowRange = splitsRows ? band * tileRows..<min((band + 1) * tileRows, rows) : 0..<rows
        let columnRange = splitsRows ? 0..<columns : band * tileColumns..<min((band + 1) * tileColumns, columns)
        loop.forEachOuter(plane..<plane + 1, inner: 2) { offsets in
          for row in stride(from: rowRange.lowerBound, to: rowRange.upperBound, by: tileRows) {
            for column in stride(from: columnRange.lowerBound, to: columnRange.upperBound, by: tileColumns) {
              copyTile(
                input + offsets[1], output + offsets[0], row..<min(row + tileRows, rowRange.upperBound),
                column..<min(column + tileColumns, columnRange.upperBound))
            }
          }
        }
      }
    }

    /// Copies a tile, the longer side in the inner loop.
    @inline(__always)
    private func copyTile<T: BitwiseCopyable>(
      _ input: UnsafeMutablePointer<T>, _ output: UnsafeMutablePointer<T>, _ rows: Range<Int>, _ columns: Range<Int>
    ) {
      let (rowStep, columnStep) = (loop.step(loop.rank - 2), loop.step)
      let byRow = columns.count >= rows.count
      let (outer, inner) = byRow ? (rows, columns) : (columns, rows)
      let (outerStep, innerStep) = byRow ? (rowStep, columnStep) : (columnStep, rowStep)
      let (to, from, length) = (innerStep[0], innerStep[1], inner.count)
      for position in outer {
        let y = output + (position * outerStep[0] + inner.lowerBound * to)
        let x = input + (position * outerStep[1] + inner.lowerBound * from)
        if to == 1 {
          for i in 0..<length { y[i] = x[i &* from] }
        } else if from == 1 {
          for i in 0..<length { y[i &* to] = x[i] }
        } else {
          for i in 0..<length { y[i &* to] = x[i &* from] }
        }
      }
    }
  }
}
