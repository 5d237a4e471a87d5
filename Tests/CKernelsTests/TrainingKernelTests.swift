import CKernels
import TestSupport
import Testing

/// Kernels that only training needs, against their meaning in double precision, between pages that must not be touched.
@Suite struct TrainingKernelTests {
  /// Rows of columns, `gap` floats further apart than needed.
  private struct Matrix {
    let rows: Int
    let columns: Int
    let stride: Int
    let memory: GuardedFloats

    init(_ rows: Int, _ columns: Int, gap: Int, _ element: (Int, Int) -> Float) {
      (self.rows, self.columns, stride) = (rows, columns, columns + gap)
      var values = [Float](repeating: GuardedFloats.pattern, count: (rows - 1) * stride + columns)
      for r in 0..<rows { for c in 0..<columns { values[r * stride + c] = element(r, c) } }
      memory = GuardedFloats(values)
    }

    /// One row that stands for all.
    init(repeating row: [Float], rows: Int) {
      (self.rows, columns, stride, memory) = (rows, row.count, 0, GuardedFloats(row))
    }

    subscript(_ r: Int, _ c: Int) -> Double { Double(memory[r * stride + c]) }

    /// Whether what lies between the rows was left alone.
    var keepsGaps: Bool {
      (0..<rows - 1).allSatisfy { r in
        (columns..<max(stride, columns)).allSatisfy { memory.isUntouched(r * stride + $0) }
      }
    }
  }

  /// Numbers of each column, padded as kernels ask for.
  private func padded(_ values: [Float]) -> [Float] {
    values + [Float](repeating: .nan, count: (values.count + 15) / 16 * 16 - values.count)
  }

  private func close(_ actual: Double, _ expected: Double, _ scale: Double, _ tolerance: Double = 2e-6) -> Bool {
    abs(actual - expected) <= tolerance * max(scale, abs(expected)) || actual.isNaN && expected.isNaN
  }

  private static let shapes = [(1, 1), (3, 5), (64, 13), (65, 16), (200, 27), (131, 70), (9, 129)]

  @Test(arguments: KernelSet.all, [Float(0), 1000]) func moments(_ set: KernelSet, _ center: Float) {
    var random = SeededRandom(seed: 21)
    for (rows, columns) in Self.shapes {
      let x = Matrix(rows, columns, gap: rows % 3) { _, _ in random.floats(1)[0] + center }
      var mean = (0..<columns).map { x[0, $0] }
      var squares = [Double](repeating: 0, count: columns)
      // In two calls: the second adds to what the first one left.
      let first = rows / 3
      set.kernels.f32_moments(first, columns, x.memory.base, x.stride, 0, &mean, &squares)
      set.kernels.f32_moments(
        rows - first, columns, x.memory.base + first * x.stride, x.stride, Double(first), &mean, &squares)
      for c in 0..<columns {
        let expected = (0..<rows).reduce(0) { $0 + x[$1, c] } / Double(rows)
        let spread = (0..<rows).reduce(0) { $0 + (x[$1, c] - expected) * (x[$1, c] - expected) }
        #expect(close(mean[c], expected, 1, 1e-6 + (center == 0 ? 0 : 1e-7)), "\(rows) \(columns) \(c)")
        #expect(close(squares[c], spread, 1, 1e-5), "\(rows) \(columns) \(c)")
      }
    }
  }

  @Test(arguments: KernelSet.all) func normalize(_ set: KernelSet) {
    var random = SeededRandom(seed: 22)
    for (rows, columns) in Self.shapes {
      for hasResidual in [false, true] {
        let x = Matrix(rows, columns, gap: 1) { _, _ in random.floats(1)[0] }
        let residual = Matrix(rows, columns, gap: 0) { _, _ in random.floats(1)[0] }
        let y = Matrix(rows, columns, gap: 2) { _, _ in 0 }
        let (mean, factor, offset) = (random.floats(columns), random.floats(columns), random.floats(columns))
        withTerms(mean, factor, offset, offset) { terms in
          set.kernels.f32_normalize(
            rows, columns, x.memory.base, x.stride, terms, hasResidual ? UnsafePointer(residual.memory.base) : nil,
            residual.stride, y.memory.base, y.stride, -0.25, 0.5)
        }
        for r in 0..<rows {
          for c in 0..<columns {
            let value = (x[r, c] - Double(mean[c])) * Double(factor[c]) + Double(offset[c])
            let expected = min(max(value + (hasResidual ? residual[r, c] : 0), -0.25), 0.5)
            #expect(close(y[r, c], expected, 1), "\(rows) \(columns): \(r) \(c)")
          }
        }
        #expect(y.keepsGaps)
      }
    }
  }

  /// Gradients with and without mask, with rows of their own and one row for all.
  @Test(arguments: KernelSet.all) func normalizeGradient(_ set: KernelSet) {
    var random = SeededRandom(seed: 23)
    for (rows, columns) in Self.shapes {
      for variant in 0..<8 {
        let (hasY, keepsMask, repeats) = (variant & 1 != 0, variant & 2 != 0, variant & 4 != 0)
        let x = Matrix(rows, columns, gap: 1) { _, _ in random.floats(1)[0] }
        let y = Matrix(rows, columns, gap: 0) { _, _ in random.floats(1)[0] }
        let gradient =
          repeats
          ? Matrix(repeating: random.floats(columns), rows: rows)
          : Matrix(rows, columns, gap: 3) { _, _ in random.floats(1)[0] }
        let (dx, masked) = (Matrix(rows, columns, gap: 2) { _, _ in 0 }, Matrix(rows, columns, gap: 1) { _, _ in 0 })
        let (mean, factor) = (random.floats(columns), random.floats(columns))
        let (offset, scale) = (random.floats(columns), random.floats(columns))
        var g = ek_masked_rows(
          gradient: gradient.memory.base, gradient_stride: gradient.stride,
          y: hasY ? UnsafePointer(y.memory.base) : nil, y_stride: y.stride, lower: 0, upper: .infinity)
        var (sum, product) = (
          [Double](repeating: 1, count: columns), [Double](repeating: 2, count: columns)
        )
        set.kernels.f32_gradient_sums(rows, columns, &g, x.memory.base, x.stride, padded(mean), &sum, &product)
        withTerms(mean, factor, offset, scale) { terms in
          set.kernels.f32_normalize_gradient(
            rows, columns, &g, x.memory.base, x.stride, terms, dx.memory.base, dx.stride,
            keepsMask ? masked.memory.base : nil, masked.stride)
        }
        withExtendedLifetime((y, gradient)) {}
        for c in 0..<columns {
          var (plain, weighted) = (1.0, 2.0)
          for r in 0..<rows {
            let value = !hasY || y[r, c] > 0 ? gradient[r, c] : 0
            plain += value
            weighted += value * (x[r, c] - Double(mean[c]))
            let rest = (x[r, c] - Double(mean[c])) * Double(factor[c]) + Double(offset[c])
            #expect(close(dx[r, c], value * Double(scale[c]) + rest, 1), "\(variant) \(rows) \(columns): \(r) \(c)")
            #expect(masked[r, c] == (keepsMask ? value : 0))
          }
          #expect(close(sum[c], plain, Double(rows)), "\(variant) \(rows) \(columns): \(c)")
          #expect(close(product[c], weighted, Double(rows)), "\(variant) \(rows) \(columns): \(c)")
        }
        #expect(dx.keepsGaps && masked.keepsGaps)
      }
    }
  }

  @Test(arguments: KernelSet.all) func mask(_ set: KernelSet) {
    let special: [Float] = [-.infinity, -1, -0.5, 0, 0.5, 1, 6, .infinity, .nan]
    for count in 0...70 {
      let bounds: [(Float, Float)] = [(0, .infinity), (-1, 6), (-.infinity, .infinity), (-.infinity, 0.5)]
      for (lower, upper) in bounds {
        let y = GuardedFloats((0..<count).map { special[$0 % special.count] })
        let (gradient, output) = (GuardedFloats((0..<count).map { Float($0 + 1) }), GuardedFloats(count: count))
        set.kernels.f32_mask(count, gradient.base, y.base, output.base, lower, upper)
        for i in 0..<count {
          let passes = (y[i] > lower || lower == -.infinity) && (y[i] < upper || upper == .infinity)
          #expect(output[i] == (passes ? gradient[i] : 0), "\(y[i]) in \(lower)...\(upper)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.all) func poolGradients(_ set: KernelSet) {
    var random = SeededRandom(seed: 24)
    for channels in 1...40 {
      let taps = 1 + channels % 7
      // Few different numbers, so that there are equals.
      let inputs = (0..<taps).map { t in
        GuardedFloats((0..<channels).map { $0 % 11 == 3 && t % 2 == 1 ? .nan : (random.floats(1)[0] * 2).rounded() })
      }
      let gradient = GuardedFloats(random.floats(channels))
      let outputs = (0..<taps).map { _ in GuardedFloats((0..<channels).map { _ in 1 }) }
      let averages = (0..<taps).map { _ in GuardedFloats((0..<channels).map { _ in 1 }) }
      set.kernels.f32_maxpool_gradient(
        channels, taps, inputs.map { UnsafePointer($0.base) }, gradient.base, outputs.map { $0.base })
      set.kernels.f32_avgpool_gradient(channels, taps, gradient.base, 0.25, averages.map { $0.base })
      for c in 0..<channels {
        let values = inputs.map { $0[c] }
        let best = values.firstIndex { $0.isNaN } ?? values.firstIndex(of: values.max() ?? 0) ?? 0
        for t in 0..<taps {
          #expect(outputs[t][c] == (t == best ? 1 + gradient[c] : 1))
          #expect(averages[t][c] == 1 + gradient[c] * 0.25)
        }
      }
    }
  }

  @Test(arguments: KernelSet.all) func updates(_ set: KernelSet) {
    var random = SeededRandom(seed: 25)
    for count in 0...67 {
      let (p, g) = (random.floats(count), random.floats(count))
      let (m, s) = (random.floats(count), random.floats(count).map { abs($0) })
      for nesterov in [false, true] {
        let (parameter, velocity, gradient) = (GuardedFloats(p), GuardedFloats(m), GuardedFloats(g))
        var rule = ek_sgd(rate: 0.25, momentum: 0.75, decay: 0.125, nesterov: nesterov)
        set.kernels.f32_sgd(count, parameter.base, velocity.base, gradient.base, &rule)
        withExtendedLifetime(gradient) {}
        for i in 0..<count {
          let step = Double(g[i]) + 0.125 * Double(p[i])
          let v = 0.75 * Double(m[i]) + step
          #expect(close(Double(velocity[i]), v, 1))
          #expect(close(Double(parameter[i]), Double(p[i]) - 0.25 * (nesterov ? step + 0.75 * v : v), 1))
        }
      }
      let (parameter, first, second) = (GuardedFloats(p), GuardedFloats(m), GuardedFloats(s))
      let (gradient, state) = (GuardedFloats(g), GuardedFloats(p))
      var rule = ek_adamw(
        keep: 0.875, first_share: 0.25, beta2: 0.75, second_share: 0.25, rate: 0.5, deviation_scale: 2, epsilon: 0.0625)
      set.kernels.f32_adamw(count, parameter.base, first.base, second.base, gradient.base, &rule)
      set.kernels.f32_moving_average(count, state.base, gradient.base, 0.25)
      withExtendedLifetime(gradient) {}
      for i in 0..<count {
        let average = 0.75 * Double(m[i]) + 0.25 * Double(g[i])
        let square = 0.75 * Double(s[i]) + 0.25 * Double(g[i]) * Double(g[i])
        #expect(close(Double(first[i]), average, 1))
        #expect(close(Double(second[i]), square, 1))
        let change = 0.5 * average / (2 * square.squareRoot() + 0.0625)
        #expect(close(Double(parameter[i]), 0.875 * Double(p[i]) - change, 1, 1e-5))
        #expect(close(Double(state[i]), 0.75 * Double(p[i]) + 0.25 * Double(g[i]), 1))
      }
    }
  }

  private func withTerms(
    _ mean: [Float], _ factor: [Float], _ offset: [Float], _ scale: [Float],
    _ body: (UnsafePointer<ek_column_terms>) -> Void
  ) {
    let memory = [mean, factor, offset, scale].map { GuardedFloats(padded($0)) }
    var terms = ek_column_terms(
      mean: memory[0].base, factor: memory[1].base, offset: memory[2].base, gradient_factor: memory[3].base)
    withExtendedLifetime(memory) { body(&terms) }
  }
}
