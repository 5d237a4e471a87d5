import CKernels
import TestSupport
import Testing

/// GEMM, convolution and matrix-vector product against a plain loop, bit by bit.
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

  @Test(arguments: KernelSet.all) func convolutionOfEveryRemainder(_ set: KernelSet) {
    let kernels = set.kernels
    let width = Int(kernels.gemm_nr)
    var random = SeededRandom(seed: 2)
    for columns in 1...width {
      for _ in 0..<8 {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var shape = ek_conv_shape()
        (shape.images, shape.lines, shape.pixels) = (pick(1...2), pick(1...4), pick(1...9))
        (shape.depth, shape.kernel_width) = (pick(1...9), pick(1...4))
        let kernelHeight = pick(1...3)
        (shape.first_tap_row, shape.first_tap_column) = (pick(0...kernelHeight - 1), pick(0...shape.kernel_width - 1))
        // Now and then no tap at all is inside the input.
        shape.tap_rows = pick(0...8) == 0 ? 0 : kernelHeight - shape.first_tap_row
        shape.tap_columns = pick(0...8) == 0 ? 0 : shape.kernel_width - shape.first_tap_column
        // Neighbouring taps are one run, or are apart.
        shape.tap_column_step = shape.depth + (pick(0...1) == 0 ? 0 : pick(1...3))
        shape.tap_row_step = shape.tap_column_step * 12 + pick(0...2)
        shape.input_pixel_step = shape.tap_column_step * pick(1...2)
        shape.input_line_step = shape.tap_row_step * pick(1...2)
        shape.input_image_step = shape.input_line_step * 5 + pick(0...3)
        func steps(_ gap: Int) -> (Int, Int, Int) {
          let pixel = columns + gap
          let line = shape.pixels * pixel + gap
          return (shape.lines * line + gap, line, pixel)
        }
        let c = steps(pick(0...2))
        let r = steps(pick(0...2))
        (shape.output_image_step, shape.output_line_step, shape.output_pixel_step) = c
        (shape.residual_image_step, shape.residual_line_step, shape.residual_pixel_step) = r
        func last(_ steps: (Int, Int, Int)) -> Int {
          (shape.images - 1) * steps.0 + (shape.lines - 1) * steps.1 + (shape.pixels - 1) * steps.2
        }
        let hasTaps = shape.tap_rows * shape.tap_columns > 0
        let read =
          last((shape.input_image_step, shape.input_line_step, shape.input_pixel_step))
          + (shape.tap_rows - 1) * shape.tap_row_step + (shape.tap_columns - 1) * shape.tap_column_step + shape.depth
        let input = GuardedFloats(random.floats(hasTaps ? read : 1))
        let panel = Self.panel(set, kernelHeight * shape.kernel_width * shape.depth, columns, &random)
        let packed = GuardedFloats(panel)
        let residual = columns % 2 == 0 ? GuardedFloats(random.floats(last(r) + columns)) : nil
        let output = GuardedFloats(count: last(c) + columns)
        withExtendedLifetime(packed) {
          kernels.f32_conv(&shape, columns, input.base, packed.base, output.base, residual?.base, -0.75, 2)
        }
        var untouched = Set(0..<(last(c) + columns))
        var wrong = 0
        for n in 0..<shape.images {
          for y in 0..<shape.lines {
            for x in 0..<shape.pixels {
              let from = n * shape.input_image_step + y * shape.input_line_step + x * shape.input_pixel_step
              let to = n * c.0 + y * c.1 + x * c.2
              for j in 0..<columns {
                var sum = panel[j]
                for v in 0..<shape.tap_rows {
                  for u in 0..<shape.tap_columns {
                    let tap = (shape.first_tap_row + v) * shape.kernel_width + shape.first_tap_column + u
                    for k in 0..<shape.depth {
                      let value = input[from + v * shape.tap_row_step + u * shape.tap_column_step + k]
                      sum = set.multiplyAdd(sum, value, panel[(1 + tap * shape.depth + k) * width + j])
                    }
                  }
                }
                if let residual { sum += residual[n * r.0 + y * r.1 + x * r.2 + j] }
                if output[to + j] != clamp(sum, -0.75, 2) { wrong += 1 }
                untouched.remove(to + j)
              }
            }
          }
        }
        for i in untouched where !output.isUntouched(i) { wrong += 1 }
        #expect(wrong == 0, "columns \(columns): \(shape)")
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

  /// Each product of a batch has the bits of a product by itself, and nothing else is written.
  @Test(arguments: KernelSet.all) func batchesEqualSingleProducts(_ set: KernelSet) {
    let (kernels, width) = (set.kernels, Int(set.kernels.gemm_nr))
    var random = SeededRandom(seed: 19)
    for (count, rows, columns, depth) in [
      (1, 1, 1, 1), (3, 5, width - 1, 7), (2, 33, width, 8), (4, 16, 2 * width + 3, 21), (36, 29, width / 2, 13),
      (5, 4, max(1, width / 2), 9), (2, 6, width + max(1, width / 2), 16), (3, 1, 2 * width + 1, 5), (16, 2, 1, 33),
      (5, 4, 2 * width, 9), (3, 3, width + max(1, width / 2), 7), (5, 4, width, 6), (2, 2, 3 * width + 1, 5),
      (3, 4, 3 * width - 1, 4), (4, 6, width / 2 + 1, 3),
    ] {
      let panels = (columns + width - 1) / width
      let (aStride, cStride, panel) = (depth + 2, columns + 3, width * (1 + depth))
      let packedStep = panels * panel
      let (aStep, cStep) = (rows * aStride + 5, rows * cStride + 1)
      let a = GuardedFloats(random.floats((count - 1) * aStep + (rows - 1) * aStride + depth))
      let packed = GuardedFloats(random.floats(count * packedStep))
      let (c, expected) = (GuardedFloats(count: count * cStep), GuardedFloats(count: count * cStep))
      var batch = ek_gemm_batch(
        count: count, rows: rows, columns: columns, depth: depth, a_stride: aStride, c_stride: cStride, a_step: aStep,
        packed_step: packedStep, c_step: cStep, panel: width)
      withExtendedLifetime((a, packed, expected)) {
        kernels.f32_gemm_batch(&batch, a.base, packed.base, c.base)
        for (i, p) in (0..<count).flatMap({ i in (0..<panels).map { (i, $0) } }) {
          kernels.f32_gemm(
            rows, min(width, columns - p * width), depth, a.base + i * aStep, aStride,
            packed.base + i * packedStep + p * panel, expected.base + i * cStep + p * width, cStride, nil, 0,
            -.infinity, .infinity)
        }
      }
      let wrong = (0..<c.count).count { i in
        c.isUntouched(i) ? !expected.isUntouched(i) : c[i] != expected[i]
      }
      #expect(wrong == 0, "\(count) of \(rows) x \(columns) x \(depth)")
    }
  }

  /// Few rows: panels of other widths give the bits that those of the usual one do, also from some column on.
  @Test(arguments: KernelSet.all) func panelsOfOtherWidths(_ set: KernelSet) {
    let (kernels, width) = (set.kernels, Int(set.kernels.gemm_nr))
    var random = SeededRandom(seed: 20)
    for rows in 0..<ek_few_rows_for(kernels.isa) {
      for (count, columns, depth) in [
        (1, 1, 3), (2, width, 9), (3, 2 * width, 5), (2, 5 * width / 2, 17), (5, 3 * width - 1, 2),
      ] {
        let rows = rows + 1
        let a = GuardedFloats(random.floats(count * rows * depth))
        let weights = random.floats(count * (1 + depth) * columns)
        func products(panel: Int, from first: Int = 0) -> [Float] {
          let panels = (columns + panel - 1) / panel
          var packed = [Float](repeating: 0, count: count * panels * panel * (1 + depth))
          for (i, value) in weights.enumerated() {
            let (product, row, column) = (i / columns / (1 + depth), i / columns % (1 + depth), i % columns)
            packed[((product * panels + column / panel) * (1 + depth) + row) * panel + column % panel] = value
          }
          let (b, c) = (GuardedFloats(packed), GuardedFloats(count: count * rows * columns))
          var batch = ek_gemm_batch(
            count: count, rows: rows, columns: columns - first, depth: depth, a_stride: depth, c_stride: columns,
            a_step: rows * depth, packed_step: panels * panel * (1 + depth), c_step: rows * columns, panel: panel)
          withExtendedLifetime((a, b)) { kernels.f32_gemm_batch(&batch, a.base, b.base + first, c.base + first) }
          return (0..<c.count).filter { $0 % columns >= first }.map { c[$0] }
        }
        let usual = products(panel: width)
        for other in [1, width / 2 - 1, width / 2, 3 * width / 2 + 1, 2 * width] {
          #expect(products(panel: other) == usual, "panels of \(other), \(count) of \(rows) x \(columns)")
        }
        let first = width / 2
        if columns <= 2 * width, columns > first {
          let rest = (0..<count * rows * columns).filter { $0 % columns >= first }.map { usual[$0] }
          #expect(products(panel: 2 * width, from: first) == rest, "some of \(count) of \(rows) x \(columns)")
        }
      }
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
