import CKernels
import TestSupport
import Testing

/// Weights gradients against plain loops that add in the kernels' order, bit by bit.
@Suite struct WeightsGradientTests {
  /// A box of pixels: extents and the gaps between pixels, lines and images, in floats.
  private struct Box {
    var images = 1
    var lines = 1
    var pixels = 5
    var gaps = (0, 0, 0)
  }

  private func check(
    _ set: KernelSet, rows: Int, columns: Int, _ box: Box, _ random: inout SeededRandom
  ) {
    func steps(_ channels: Int) -> (pixel: Int, line: Int, image: Int) {
      let pixel = channels + box.gaps.0
      let line = box.pixels * pixel + box.gaps.1
      return (pixel, line, box.lines * line + box.gaps.2)
    }
    func count(_ channels: Int) -> Int {
      let s = steps(channels)
      return (box.images - 1) * s.image + (box.lines - 1) * s.line + (box.pixels - 1) * s.pixel + channels
    }
    let (left, right) = (steps(rows), steps(columns))
    let a = GuardedFloats(random.floats(count(rows)))
    let b = GuardedFloats(random.floats(count(columns)))
    let stride = columns + rows % 3
    let before = random.floats((rows - 1) * stride + columns)
    let c = GuardedFloats(before)
    var shape = ek_wgrad_shape(
      rows: rows, columns: columns, images: box.images, lines: box.lines, pixels: box.pixels,
      a_image_step: left.image, a_line_step: left.line, a_pixel_step: left.pixel, b_image_step: right.image,
      b_line_step: right.line, b_pixel_step: right.pixel)
    set.kernels.f32_wgrad(&shape, a.base, b.base, c.base, stride)
    var expected = before
    for i in 0..<rows {
      for j in 0..<columns {
        var sum: Float = 0
        for n in 0..<box.images {
          for y in 0..<box.lines {
            for x in 0..<box.pixels {
              let p = a[n * left.image + y * left.line + x * left.pixel + i]
              let q = b[n * right.image + y * right.line + x * right.pixel + j]
              sum = set.multiplyAdd(sum, p, q)
            }
          }
        }
        expected[i * stride + j] += sum
      }
    }
    let wrong = expected.indices.count { c[$0] != expected[$0] }
    #expect(wrong == 0, "\(rows) x \(columns), \(box)")
  }

  @Test(arguments: KernelSet.all) func everyRemainder(_ set: KernelSet) {
    var random = SeededRandom(seed: 40)
    for rows in 1...(2 * Int(set.kernels.gemm_mr) + 5) {
      for columns in 1...Int(set.kernels.gemm_nr) {
        check(set, rows: rows, columns: columns, Box(pixels: 1 + (rows + columns) % 7, gaps: (rows % 2, 0, 0)), &random)
      }
    }
  }

  @Test(arguments: KernelSet.all) func boxes(_ set: KernelSet) {
    var random = SeededRandom(seed: 41)
    for _ in 0..<300 {
      let box = Box(
        images: random.pick(1...3), lines: random.pick(1...4), pixels: random.pick(1...9),
        gaps: (random.pick(0...2), random.pick(0...1) * 3, random.pick(0...1) * 5))
      check(
        set, rows: random.pick(1...20), columns: random.pick(1...Int(set.kernels.gemm_nr)), box, &random)
    }
  }

  @Test(arguments: KernelSet.all) func emptyBox(_ set: KernelSet) {
    var shape = ek_wgrad_shape()
    (shape.rows, shape.columns) = (3, 5)
    var c = [Float](repeating: 2, count: 15)
    set.kernels.f32_wgrad(&shape, c, c, &c, 5)
    #expect(c == [Float](repeating: 2, count: 15))
  }

  @Test(arguments: KernelSet.all) func depthwise(_ set: KernelSet) {
    var random = SeededRandom(seed: 42)
    let lanes = Int(set.kernels.dwconv_nr)
    for round in 0..<400 {
      let kernel = (random.pick(1...7), random.pick(1...7))
      let top = random.pick(0...(kernel.0 - 1))
      let left = random.pick(0...(kernel.1 - 1))
      let (tapRows, tapColumns) = (random.pick(1...(kernel.0 - top)), random.pick(1...(kernel.1 - left)))
      let channels = round % 3 == 0 ? random.pick(1...lanes) : random.pick(1...(3 * lanes))
      let (rows, columns) = (random.pick(1...4), random.pick(1...6))
      let (stride, dilation) = (random.pick(1...2), random.pick(1...2))
      let pixel = channels + round % 2
      let inputRow = ((columns - 1) * stride + (tapColumns - 1) * dilation + 1) * pixel + 1
      let inputRows = (rows - 1) * stride + (tapRows - 1) * dilation + 1
      let input = GuardedFloats(random.floats(inputRows * inputRow - pixel - 1 + channels))
      let outputRow = columns * pixel + 2
      let dy = GuardedFloats(random.floats((rows - 1) * outputRow + (columns - 1) * pixel + channels))
      let tapStride = channels + round % 4
      let before = random.floats((kernel.0 * kernel.1 - 1) * tapStride + channels)
      let gradient = GuardedFloats(before)
      var shape = ek_dwconv_shape(
        channels: channels, rows: rows, columns: columns, kernel_height: kernel.0, kernel_width: kernel.1,
        first_tap_row: top, tap_rows: tapRows, first_tap_column: left, tap_columns: tapColumns,
        input_row_step: stride * inputRow, input_column_step: stride * pixel, tap_row_step: dilation * inputRow,
        tap_column_step: dilation * pixel, output_row_step: outputRow, output_column_step: pixel,
        left_margin: 0, row_extent: inputRow)
      set.kernels.f32_dwgrad(&shape, input.base, dy.base, gradient.base, tapStride)
      var expected = before
      for v in 0..<tapRows {
        for u in 0..<tapColumns {
          for c in 0..<channels {
            var sum: Float = 0
            for y in 0..<rows {
              for x in 0..<columns {
                let from = (y * stride + v * dilation) * inputRow + (x * stride + u * dilation) * pixel + c
                sum = set.multiplyAdd(sum, dy[y * outputRow + x * pixel + c], input[from])
              }
            }
            expected[((top + v) * kernel.1 + left + u) * tapStride + c] += sum
          }
        }
      }
      let wrong = expected.indices.count { gradient[$0] != expected[$0] }
      #expect(wrong == 0, "\(channels) channels, taps \(tapRows) x \(tapColumns) of \(kernel)")
    }
  }
}
