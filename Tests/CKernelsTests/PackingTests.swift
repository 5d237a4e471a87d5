import CKernels
import TestSupport
import Testing

@Suite struct PackingTests {
  @Test(arguments: [1, 4, 8, 16, 32]) func matrixPanels(_ width: Int) {
    var random = SeededRandom(seed: 4)
    for (columns, depth, taps) in [(1, 1, 1), (5, 3, 1), (16, 2, 9), (33, 5, 4), (31, 1, 2)] {
      // ONNX's order [columns][depth][taps].
      let weights = random.floats(columns * depth * taps)
      let bias = random.floats(columns)
      let count = ek_f32_packed_gemm_count(columns, depth, taps, width)
      let panels = (columns + width - 1) / width
      #expect(count == panels * width * (1 + taps * depth))
      for hasBias in [true, false] {
        let packed = GuardedFloats(count: count)
        bias.withUnsafeBufferPointer {
          ek_f32_pack_gemm(
            columns, depth, taps, width, weights, depth * taps, 1, taps, hasBias ? $0.baseAddress : nil, packed.base)
        }
        for panel in 0..<panels {
          for j in 0..<width {
            let column = panel * width + j
            let start = panel * width * (1 + taps * depth) + j
            #expect(packed[start] == (column < columns && hasBias ? bias[column] : 0))
            for t in 0..<taps {
              for k in 0..<depth {
                let expected = column < columns ? weights[(column * depth + k) * taps + t] : 0
                #expect(packed[start + (1 + t * depth + k) * width] == expected)
              }
            }
          }
        }
      }
    }
  }

  @Test func depthwiseBlocks() {
    var random = SeededRandom(seed: 5)
    let (channels, taps, width) = (11, 9, 4)
    let weights = random.floats(channels * taps)
    let bias = random.floats(channels)
    let packed = GuardedFloats(count: ek_f32_packed_depthwise_count(channels, taps, width))
    #expect(packed.count == 12 * 10)
    ek_f32_pack_depthwise(channels, taps, width, weights, bias, packed.base)
    for c in 0..<12 {
      let start = c / width * width * (1 + taps) + c % width
      #expect(packed[start] == (c < channels ? bias[c] : 0))
      for t in 0..<taps { #expect(packed[start + (1 + t) * width] == (c < channels ? weights[c * taps + t] : 0)) }
    }
  }

  /// Weights packed in every run, with taps in both orders, into a part of a panel.
  @Test func parts() {
    var random = SeededRandom(seed: 6)
    for _ in 0..<200 {
      let width = [4, 8, 16, 32][random.pick(0...3)]
      let (columns, depth) = (random.pick(1...width), random.pick(1...11))
      let (rows, taps) = (random.pick(1...3), random.pick(1...3))
      // Any order of memory: strides of [column, depth, row, tap] in a random order of the axes.
      let extents = [columns, depth, rows, taps]
      var strides = [0, 0, 0, 0]
      var next = 1 + random.pick(0...1)
      for axis in [0, 1, 2, 3].shuffled(using: &random) {
        strides[axis] = next
        next *= extents[axis]
      }
      var last = 0
      for axis in 0..<4 { last += (extents[axis] - 1) * strides[axis] }
      let weights = GuardedFloats(random.floats(last + 1))
      let reverses = random.pick(0...1) == 1
      let tapDepth = depth + random.pick(0...2)
      let packed = GuardedFloats(count: ((rows * taps - 1) * tapDepth + depth - 1) * width + columns)
      var shape = ek_weights_shape(
        columns: columns, depth: depth, tap_rows: rows, tap_columns: taps, column_stride: strides[0],
        depth_stride: strides[1], tap_row_stride: reverses ? -strides[2] : strides[2],
        tap_column_stride: reverses ? -strides[3] : strides[3])
      let start = reverses ? (rows - 1) * strides[2] + (taps - 1) * strides[3] : 0
      ek_f32_pack_weights(&shape, weights.base + start, width, tapDepth, packed.base)
      var wrong = 0
      for i in 0..<packed.count {
        let (row, j) = (i / width, i % width)
        let (tap, k) = (row / tapDepth, row % tapDepth)
        if j >= columns || k >= depth {
          if !packed.isUntouched(i) { wrong += 1 }
          continue
        }
        let t = reverses ? rows * taps - 1 - tap : tap
        let tapPlace = t / taps * strides[2] + t % taps * strides[3]
        let place = j * strides[0] + k * strides[1] + tapPlace
        if packed[i] != weights[place] { wrong += 1 }
      }
      #expect(wrong == 0, "\(extents), strides \(strides), width \(width)")
    }
  }

  @Test func pixels() {
    var random = SeededRandom(seed: 7)
    for channels in 1...40 {
      let (pixels, step, targetStep) = (5, channels + 3, channels + channels % 2)
      let source = GuardedFloats(random.floats((pixels - 1) * step + channels))
      let target = GuardedFloats(count: (pixels - 1) * targetStep + channels)
      ek_f32_pack_pixels(pixels, channels, source.base, step, target.base, targetStep)
      for i in 0..<target.count {
        let (pixel, c) = (i / targetStep, i % targetStep)
        let isRight = c < channels ? target[i] == source[pixel * step + c] : target.isUntouched(i)
        #expect(isRight)
      }
    }
  }
}
