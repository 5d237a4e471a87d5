import CKernels
import Runtime

extension Array where Element == Int {
  var product: Int { reduce(1, *) }

  /// All positions of a tensor of this shape in row-major order.
  var positions: [[Int]] {
    reduce([[]]) { heads, extent in heads.flatMap { head in (0..<extent).map { head + [$0] } } }
  }

  /// Row-major index of a position in a tensor of this shape; axes of extent 1 repeat.
  func index(of position: [Int]) -> Int {
    zip(self, position).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
  }
}

/// Memory layouts of a shape: row-major, column-major, NHWC-like, and one with gaps.
func layouts(_ shape: [Int]) -> [[Int]] {
  var result = [InstructionFixture.strides(shape)]
  if shape.count >= 2 {
    result.append(InstructionFixture.strides(shape, order: shape.indices.reversed()))
    result.append(InstructionFixture.strides(shape, gap: 3))
  }
  if shape.count >= 3 {
    result.append(InstructionFixture.strides(shape, order: [0] + Array(2..<shape.count) + [1]))
  }
  return result
}

/// Tables of micro-kernels to test with: none, scalar, and this machine's best.
func kernelTables() -> [ek_kernels] {
  var tables = [ek_kernels()]
  for isa in [EK_ISA_SCALAR, ek_best_isa()] {
    if let table = ek_kernels_for(isa) { tables.append(table.pointee) }
  }
  return tables
}

/// Whether two numbers agree: both NaN, equal, or close.
func agrees(_ a: Double, _ b: Double, relative: Double, absolute: Double = 0) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  return a == b || abs(a - b) <= max(absolute, relative * max(abs(a), abs(b)))
}
