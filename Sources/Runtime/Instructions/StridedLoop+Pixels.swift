extension StridedLoop {
  /// A loop over the pixels of views `[N, C, spatial...]`: over all axes but the channels.
  init(
    pixelsOf shape: SIMD8<Int32>, _ view0: SIMD8<Int32>, _ view1: SIMD8<Int32> = .init(),
    _ view2: SIMD8<Int32> = .init(), _ view3: SIMD8<Int32> = .init(), _ view4: SIMD8<Int32> = .init()
  ) {
    self.init(shape, axes: ~2, view0, view1, view2, view3, view4)
  }

  /// Calls `body` with the offsets of each view and the length of the runs that make up a range of positions.
  @inline(__always)
  func forEachRun(in range: Range<Int>, _ body: (SIMD8<Int>, Int) -> Void) {
    var position = range.lowerBound
    while position < range.upperBound {
      let (run, start) = (position / innerCount, position % innerCount)
      let length = min(innerCount - start, range.upperBound - position)
      forEachOuter(run..<run + 1) { offsets in body(offsets &+ step &* start, length) }
      position += length
    }
  }
}

extension PlanValidator {
  /// Throws unless an operand is float32 `[N, C, spatial...]` whose channels are neighbours in memory.
  func requirePixels(_ operand: PlanOperand) throws(PlanError) {
    try require(
      operand.type == .float32 && operand.rank >= 2 && (operand.extent(1) <= 1 || operand.stride(1) == 1),
      "an operand is not float32 with neighbouring channels")
  }

  /// Throws unless an operand is float32 `[C]`.
  func requireVector(_ operand: PlanOperand, channels: Int) throws(PlanError) {
    try require(
      operand.type == .float32 && operand.rank == 1 && operand.extent(0) == channels,
      "an operand is not one float32 number a channel")
  }

  /// Throws unless an operand is contiguous float64 `[chunks, 2, C]`: two sums a channel of each chunk of the pixels.
  func requireChunks(_ operand: PlanOperand, channels: Int) throws(PlanError) {
    try require(
      operand.type == .float64 && operand.rank == 3 && operand.isContiguous && operand.extent(0) >= 1
        && operand.extent(1) == 2 && operand.extent(2) == channels,
      "the sums are not two float64 numbers a channel of each chunk")
  }
}

/// Columns as kernels want their numbers: room for a multiple of 16.
func paddedColumns(_ count: Int) -> Int { (count + 15) / 16 * 16 }

extension TensorView {
  /// Copies the elements of a vector to neighbouring ones.
  func copyVector(to target: UnsafeMutablePointer<Float>) {
    let source = pointer(as: Float.self)
    for i in 0..<extent(0) { target[i] = source[i * stride(0)] }
  }
}
