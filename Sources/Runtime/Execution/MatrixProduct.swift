/// The walk over a batched matrix product of strided views: `[batch..., M, K]` by `[batch..., K, N]`.
package struct MatrixProduct: BitwiseCopyable {
  package let rank: Int
  package let m: Int
  package let k: Int
  package let n: Int
  /// Distances in elements.
  package let aRow: Int
  package let aColumn: Int
  package let bRow: Int
  package let bColumn: Int
  package let outputRow: Int
  package let outputColumn: Int
  private let batches: Int

  /// Rows of one piece of work.
  private static var rowBlock: Int { 8 }

  /// Precondition: the shapes passed `PlanValidator.requireProduct`.
  package init(_ a: TensorView, _ b: TensorView, _ output: TensorView) {
    rank = output.rank
    (m, n, k) = (output.extent(rank - 2), output.extent(rank - 1), a.extent(rank - 1))
    (aRow, aColumn) = (a.stride(rank - 2), a.stride(rank - 1))
    (bRow, bColumn) = (b.stride(rank - 2), b.stride(rank - 1))
    (outputRow, outputColumn) = (output.stride(rank - 2), output.stride(rank - 1))
    var batches = 1
    for axis in 0..<rank - 2 { batches *= output.extent(axis) }
    self.batches = n == 0 ? 0 : batches
  }

  /// The axes before the matrices' own.
  package var batchAxes: Range<Int> { 0..<rank - 2 }

  /// Multiplications.
  package var work: Int { (batches * m * n).multipliedSaturating(by: max(1, k)) }

  private var blocks: Int { (m + Self.rowBlock - 1) / Self.rowBlock }

  /// Pieces of work: a few rows of one product each.
  package var units: Int { batches * blocks }

  package func batch(of unit: Int) -> Int { unit / blocks }

  package func rows(of unit: Int) -> Range<Int> {
    let start = unit % blocks * Self.rowBlock
    return start..<min(start + Self.rowBlock, m)
  }

  /// One row of the product, in registers of 16 columns where b's rows are contiguous.
  @inline(__always)
  package func multiplyRow<T: MatrixScalar>(
    _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ output: UnsafeMutablePointer<T>
  ) {
    var column = 0
    while bColumn == 1 && column + 16 <= n {
      var sums = T.zeroLanes
      for i in 0..<k { sums = T.multiplyAdd(sums, a[i &* aColumn], b + (i &* bRow &+ column)) }
      for lane in 0..<16 { output[(column + lane) &* outputColumn] = T.lane(sums, lane) }
      column += 16
    }
    while column < n {
      let source = b + column * bColumn
      var sum: T = 0
      for i in 0..<k { sum = T.add(sum, T.multiply(a[i &* aColumn], source[i &* bRow])) }
      output[column * outputColumn] = sum
      column += 1
    }
  }
}

extension PlanValidator {
  /// Throws unless the shapes are those of a batched matrix product with equal batch axes.
  package func requireProduct(_ a: PlanOperand, _ b: PlanOperand, _ output: PlanOperand) throws(PlanError) {
    let rank = output.rank
    try require(rank >= 2 && a.rank == rank && b.rank == rank, "the operands' ranks do not fit")
    for axis in 0..<rank - 2 {
      try require(
        a.shape[axis] == output.shape[axis] && b.shape[axis] == output.shape[axis], "the batch axes differ")
    }
    try require(
      a.shape[rank - 2] == output.shape[rank - 2] && b.shape[rank - 1] == output.shape[rank - 1]
        && a.shape[rank - 1] == b.shape[rank - 2], "the matrices do not fit")
  }
}
