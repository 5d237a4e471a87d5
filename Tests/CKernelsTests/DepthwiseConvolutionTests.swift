import CKernels
import TestSupport
import Testing

@Suite struct DepthwiseConvolutionTests {
  private struct Case {
    var channels = 1
    var rows = 1
    var columns = 1
    var kernelHeight = 3
    var kernelWidth = 3
    var top = 0
    var tapRows = 3
    var left = 0
    var tapColumns = 3
    var stride = 1
    var dilation = 1
    /// Columns left and right of the input's row that taps would need and that are not there.
    var missingLeft = 0
    var missingRight = 0
  }

  private func check(_ set: KernelSet, _ test: Case, _ random: inout SeededRandom) {
    let width = Int(set.kernels.dwconv_nr)
    let taps = test.kernelHeight * test.kernelWidth
    // Pixels are one float further apart than they have channels; rows two.
    let pixel = test.channels + 1
    let spannedColumns = (test.columns - 1) * test.stride + max(test.tapColumns - 1, 0) * test.dilation + 1
    let inputColumns = spannedColumns - test.missingLeft - test.missingRight
    if inputColumns < 1 { return }
    let inputRows = (test.rows - 1) * test.stride + max(test.tapRows - 1, 0) * test.dilation + 1
    let inputRow = inputColumns * pixel + 2
    let outputPixel = test.channels + 2
    let outputRow = test.columns * outputPixel + 1
    let input = GuardedFloats(
      random.floats((inputRows - 1) * inputRow + (inputColumns - 1) * pixel + test.channels))
    let packed = GuardedFloats(random.floats(ek_f32_packed_depthwise_count(test.channels, taps, width)))
    let output = GuardedFloats(
      count: (test.rows - 1) * outputRow + (test.columns - 1) * outputPixel + test.channels)
    var shape = ek_dwconv_shape(
      channels: test.channels, rows: test.rows, columns: test.columns, kernel_height: test.kernelHeight,
      kernel_width: test.kernelWidth, first_tap_row: test.top, tap_rows: test.tapRows, first_tap_column: test.left,
      tap_columns: test.tapColumns, input_row_step: test.stride * inputRow, input_column_step: test.stride * pixel,
      tap_row_step: test.dilation * inputRow, tap_column_step: test.dilation * pixel, output_row_step: outputRow,
      output_column_step: outputPixel, left_margin: test.missingLeft * pixel, row_extent: inputColumns * pixel)
    set.kernels.f32_dwconv(&shape, input.base, packed.base, output.base, -1, 1.5)
    var written = Set<Int>()
    var wrong = 0
    for y in 0..<test.rows {
      for x in 0..<test.columns {
        for c in 0..<test.channels {
          let block = c / width * width * (1 + taps) + c % width
          var sum = packed[block]
          for v in 0..<test.tapRows {
            for u in 0..<test.tapColumns {
              let tap = (test.top + v) * test.kernelWidth + test.left + u
              let row = (y * test.stride + v * test.dilation) * inputRow
              let column = x * test.stride + u * test.dilation - test.missingLeft
              guard (0..<inputColumns).contains(column) else { continue }
              let value = input[row + column * pixel + c]
              sum = set.multiplyAdd(sum, value, packed[block + (1 + tap) * width])
            }
          }
          let place = y * outputRow + x * outputPixel + c
          written.insert(place)
          if output[place] != clamp(sum, -1, 1.5) { wrong += 1 }
        }
      }
    }
    for i in 0..<output.count where !written.contains(i) && !output.isUntouched(i) { wrong += 1 }
    #expect(wrong == 0, "\(test)")
  }

  @Test(arguments: KernelSet.all) func channelsAndColumns(_ set: KernelSet) {
    var random = SeededRandom(seed: 6)
    for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2)] {
      for channels in 1...(2 * Int(set.kernels.dwconv_nr) + 1) {
        for columns in 1...9 {
          check(
            set,
            Case(
              channels: channels, rows: 1 + columns % 3, columns: columns, kernelHeight: kernel, kernelWidth: kernel,
              top: 0, tapRows: kernel, left: 0, tapColumns: kernel, stride: stride), &random)
        }
      }
    }
  }

  @Test(arguments: KernelSet.all) func borders(_ set: KernelSet) {
    var random = SeededRandom(seed: 7)
    for kernel in [3, 5] {
      for stride in [1, 2] {
        for top in 0..<kernel {
          for tapRows in 0...(kernel - top) {
            for left in 0..<kernel {
              for tapColumns in 0...(kernel - left) {
                check(
                  set,
                  Case(
                    channels: Int(set.kernels.dwconv_nr) + 3, columns: 1 + (top + left) % 6, kernelHeight: kernel,
                    kernelWidth: kernel, top: top, tapRows: tapRows, left: left, tapColumns: tapColumns,
                    stride: stride), &random)
              }
            }
          }
        }
      }
    }
  }

  /// Rows that end before the taps do: a guard page is where the input ends.
  @Test(arguments: KernelSet.all) func besideTheRow(_ set: KernelSet) {
    var random = SeededRandom(seed: 9)
    // Eleven taps of stride 1 once ran as three of stride 2.
    for (kernel, stride, dilation) in [
      (3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (7, 1, 1), (3, 3, 1), (11, 1, 1), (13, 1, 1), (11, 3, 1),
    ] {
      for missingLeft in 0...(kernel / 2 * dilation + 1) {
        for missingRight in 0...(kernel / 2 * dilation + 1) {
          for columns in 1...9 {
            check(
              set,
              Case(
                channels: 1 + random.below(3 * Int(set.kernels.dwconv_nr)), rows: 2, columns: columns,
                kernelHeight: kernel, kernelWidth: kernel, top: 0, tapRows: kernel, left: 0, tapColumns: kernel,
                stride: stride, dilation: dilation, missingLeft: missingLeft, missingRight: missingRight), &random)
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all) func otherGeometries(_ set: KernelSet) {
    var random = SeededRandom(seed: 8)
    for (height, width) in [(1, 1), (2, 4), (7, 7), (1, 5), (3, 1), (4, 3)] {
      for (stride, dilation) in [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (4, 2), (2, 3)] {
        // More channels than are worked through at a time.
        let channels = [5, 8 * Int(set.kernels.dwconv_nr) + 7][stride % 2]
        check(
          set,
          Case(
            channels: channels, rows: 2, columns: 6, kernelHeight: height, kernelWidth: width, top: 0,
            tapRows: height, left: 0, tapColumns: width, stride: stride, dilation: dilation), &random)
      }
    }
  }
}
