import CKernels
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
}
