import CKernels
import Testing

/// GEMM, indirect GEMM and matrix-vector product against a plain loop, bit by bit.
@Suite struct GEMMTests {
  /// A panel: biases, then rows of weights.
  private static func panel(_ set: KernelSet, _ depth: Int, _ columns: Int, _ random: inout SeededRandom) -> [Float] {
    let width = Int(set.kernels.gemm_nr)
    let values = random.floats(width * (depth + 1))
    return values.indices.map { $0 % width < columns ? values[$0] : 0 }
  }

  private static func expected(
    _ set: KernelSet, _ row: [Float], _ panel: [Float], _ column: Int, residual: Float?, _ lower: Float,
    _ upper: Float
  ) -> Float {
    let width = Int(set.kernels.gemm_nr)
    var sum = panel[column]
    for k in row.indices { sum = set.multiplyAdd(sum, row[k], panel[(k + 1) * width + column]) }
    if let residual { sum += residual }
    return clamp(sum, lower, upper)
  }

  @Test(arguments: KernelSet.all) func gemmOfEveryRemainder(_ set: KernelSet) {
    let kernels = set.kernels
    var random = SeededRandom(seed: 1)
    let depths = [1, 2, 3, 4, 5, 7, 8, 13, 16, 33]
    for rows in 1...(2 * Int(kernels.gemm_mr) + 5) {
      for columns in 1...Int(kernels.gemm_nr) {
        let depth = depths[(rows * 7 + columns) % depths.count]
        let (aStride, cStride, rStride) = (depth + rows % 3, columns + columns % 4, columns + rows % 2)
        let a = GuardedFloats(random.floats((rows - 1) * aStride + depth))
        let panel = Self.panel(set, depth, columns, &random)
        let packed = GuardedFloats(panel)
        let hasResidual = (rows + columns) % 2 == 0
        let residual = hasResidual ? GuardedFloats(random.floats((rows - 1) * rStride + columns)) : nil
        let c = GuardedFloats(count: (rows - 1) * cStride + columns)
        let (lower, upper): (Float, Float) = rows % 3 == 0 ? (0, 0.5) : (-.infinity, .infinity)
        withExtendedLifetime(packed) {
          kernels.f32_gemm(
            rows, columns, depth, a.base, aStride, packed.base, c.base, cStride, residual?.base, rStride, lower, upper)
        }
        var wrong = 0
        for i in 0..<rows {
          let row = (0..<depth).map { a[i * aStride + $0] }
          for j in 0..<columns {
            let value = Self.expected(
              set, row, panel, j, residual: residual.map { $0[i * rStride + j] }, lower, upper)
            if c[i * cStride + j] != value { wrong += 1 }
          }
          if i < rows - 1 {
            for j in columns..<cStride where !c.isUntouched(i * cStride + j) { wrong += 1 }
          }
        }
        #expect(wrong == 0, "rows \(rows), columns \(columns), depth \(depth)")
      }
    }
  }

  @Test(arguments: KernelSet.all) func indirectGEMMOfEveryRemainder(_ set: KernelSet) {
    let kernels = set.kernels
    var random = SeededRandom(seed: 2)
    for rows in 1...(2 * Int(kernels.gemm_mr) + 5) {
      for columns in stride(from: 1, through: Int(kernels.gemm_nr), by: rows % 2 + 1) {
        let (taps, depth, offset) = (1 + (rows + columns) % 10, 1 + (rows * 5 + columns) % 9, columns % 3)
        // Runs in a shuffled order, some of them shared, each at the end of its own memory.
        let runs = (0..<(rows * taps / 2 + 1)).map { _ in GuardedFloats(random.floats(offset + depth)) }
        let step = rows + columns % 2
        let choice = (0..<(taps * step)).map { _ in Int.random(in: runs.indices, using: &random) }
        let pointers = choice.map { UnsafePointer(runs[$0].base) }
        let panel = Self.panel(set, taps * depth, columns, &random)
        let packed = GuardedFloats(panel)
        let residual = columns % 2 == 0 ? GuardedFloats(random.floats(rows * columns)) : nil
        let cStride = columns + 1
        let c = GuardedFloats(count: (rows - 1) * cStride + columns)
        withExtendedLifetime(packed) {
          kernels.f32_igemm(
            rows, columns, depth, taps, pointers, step, offset, packed.base, c.base, cStride, residual?.base, columns,
            -0.75, 2)
        }
        var wrong = 0
        for i in 0..<rows {
          let row = (0..<taps).flatMap { t in (0..<depth).map { runs[choice[t * step + i]][offset + $0] } }
          for j in 0..<columns {
            let value = Self.expected(set, row, panel, j, residual: residual.map { $0[i * columns + j] }, -0.75, 2)
            if c[i * cStride + j] != value { wrong += 1 }
          }
          if i < rows - 1 && !c.isUntouched(i * cStride + columns) { wrong += 1 }
        }
        #expect(wrong == 0, "rows \(rows), columns \(columns), depth \(depth), taps \(taps)")
      }
    }
  }

  @Test(arguments: KernelSet.all) func vectorProductOfEveryRemainder(_ set: KernelSet) {
    let kernels = set.kernels
    let width = Int(kernels.gemm_nr)
    var random = SeededRandom(seed: 3)
    for columns in 1...(6 * width + 3) {
      let depth = [1, 2, 5, 8, 19][columns % 5]
      let a = GuardedFloats(random.floats(depth))
      let row = (0..<depth).map { a[$0] }
      let panels = (0..<((columns + width - 1) / width)).map {
        Self.panel(set, depth, min(width, columns - $0 * width), &random)
      }
      let packed = GuardedFloats(panels.flatMap { $0 })
      let residual = columns % 2 == 0 ? GuardedFloats(random.floats(columns)) : nil
      let c = GuardedFloats(count: columns)
      withExtendedLifetime((a, packed)) {
        kernels.f32_gemv(columns, depth, a.base, packed.base, c.base, residual?.base, -1, 1)
      }
      let wrong = (0..<columns).count { j in
        c[j] != Self.expected(set, row, panels[j / width], j % width, residual: residual.map { $0[j] }, -1, 1)
      }
      #expect(wrong == 0, "columns \(columns), depth \(depth)")
    }
  }

  @Test(arguments: KernelSet.all) func notANumberStaysWhereItBelongs(_ set: KernelSet) {
    let width = Int(set.kernels.gemm_nr)
    let a: [Float] = [1, .nan, .infinity, -.infinity]
    let packed = [Float](repeating: 0, count: width) + [Float](repeating: 2, count: width)
    var c = [Float](repeating: 0, count: 4 * width)
    set.kernels.f32_gemm(4, width, 1, a, 1, packed, &c, width, nil, 0, 0, 6)
    for j in 0..<width {
      #expect(c[j] == 2)
      #expect(c[width + j].isNaN)
      #expect(c[2 * width + j] == 6)
      #expect(c[3 * width + j] == 0)
    }
  }
}
