/// A loop over up to four float32 views of one shape, the first of which are changed in place.
///
/// Where all of them have neighbouring elements (in whatever order of axes) they are walked where they lie; else blocks
/// of elements are gathered into scratch memory and what changed is scattered back.
struct UpdateLoop {
  /// A lane a view.
  typealias Pointers = InlineArray<4, UnsafeMutablePointer<Float>>

  private let bases: Pointers
  private let count: Int
  private let changed: Int
  let loop: StridedLoop

  /// - Parameters:
  ///   - views: The views; those from `count` on are not looked at.
  ///   - changed: How many of the first are written.
  init(_ views: InlineArray<4, TensorView>, count: Int, changed: Int) {
    bases = Pointers { views[$0].pointer(as: Float.self) }
    self.count = count
    self.changed = changed
    loop = StridedLoop(views[0].shape, views[0].strides, views[1].strides, views[2].strides, views[3].strides)
  }

  /// Scratch bytes that a worker needs.
  static var scratchBytes: Int { 4 * computeBlock * MemoryLayout<Float>.stride }

  /// Calls `body` with blocks of neighbouring elements of a task.
  @inline(__always)
  func forEachBlock(
    task: Int, of tasks: Int, _ scratch: UnsafeMutableRawPointer, _ body: (Pointers, Int) -> Void
  ) {
    let step = loop.step
    if loop.isContiguous(views: count) {
      loop.forEachRun(task: task, of: tasks) { at, length in body(Pointers { bases[$0] + at[$0] }, length) }
      return
    }
    let buffers = Pointers { scratch.assumingMemoryBound(to: Float.self) + $0 * computeBlock }
    loop.forEachRun(task: task, of: tasks) { at, length in
      for start in stride(from: 0, to: length, by: computeBlock) {
        let n = min(computeBlock, length - start)
        for view in 0..<count {
          let source = bases[view] + (at[view] + start * step[view])
          for i in 0..<n { buffers[view][i] = source[i * step[view]] }
        }
        body(buffers, n)
        for view in 0..<changed {
          let target = bases[view] + (at[view] + start * step[view])
          for i in 0..<n { target[i * step[view]] = buffers[view][i] }
        }
      }
    }
  }
}

extension PlanValidator {
  /// Throws unless the operands are float32 and of one shape.
  func requireUpdate(_ first: PlanOperand, _ others: [PlanOperand]) throws(PlanError) {
    try require(first.type == .float32, "an operand is not float32")
    for other in others {
      try requireSameShape(first, other)
      try require(other.type == .float32, "an operand is not float32")
    }
  }

  /// Throws unless an operand is one float32 number.
  func requireNumber(_ id: TensorID, _ role: StaticString) throws(PlanError) {
    let operand = try operand(id, role)
    try require(operand.type == .float32 && operand.count == 1, "a rate is not one float32 number")
  }
}
