/// The pixels of a `[N, H, W, C]` view as rows of a matrix with C columns.
package struct PixelRows: BitwiseCopyable {
  private let height: Int
  private let width: Int
  private let batchStride: Int
  private let rowStride: Int
  private let columnStride: Int
  /// Pixels in the longest runs that start at multiples of their length and have one distance between neighbours.
  package let run: Int
  /// Elements between neighbours in such a run.
  package let step: Int

  package init(shape: SIMD8<Int32>, strides: SIMD8<Int32>) {
    height = Int(shape[1])
    width = Int(shape[2])
    batchStride = Int(strides[0])
    rowStride = Int(strides[1])
    columnStride = Int(strides[2])
    var run = 1
    var step = 0
    // From the innermost axis outwards, as long as the next axis goes on where the last one ends.
    for axis in stride(from: 2, through: 0, by: -1) where shape[axis] != 1 {
      if run == 1 {
        step = Int(strides[axis])
      } else if Int(strides[axis]) != run * step {
        break
      }
      run *= Int(shape[axis])
    }
    self.run = run
    self.step = step
  }

  /// Elements from the view's base to a pixel.
  @inline(__always)
  package func offset(_ row: Int) -> Int {
    let line = row / width
    return line / height * batchStride + line % height * rowStride + row % width * columnStride
  }
}
