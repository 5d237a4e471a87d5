/// Fills the table of pointers that an indirect GEMM reads its rows by.
struct ConvolutionPointers {
  let geometry: ConvolutionGeometry
  let input: UnsafePointer<Float>
  private let zeros: UnsafePointer<Float>
  /// `[runTaps][rows of the block]`.
  let table: UnsafeMutablePointer<UnsafePointer<Float>>
  private let borders: UnsafeMutablePointer<Float>
  private var bordersUsed = 0

  /// `scratch` has `geometry.scratchBytes` bytes.
  init(_ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, scratch: UnsafeMutableRawPointer) {
    self.geometry = geometry
    self.input = input
    let zeroCount = geometry.zeroBytes / 4
    let zeros = scratch.assumingMemoryBound(to: Float.self)
    zeros.update(repeating: 0, count: zeroCount)
    self.zeros = UnsafePointer(zeros)
    let pointerBytes = (8 * geometry.pointerCount + 63) / 64 * 64
    table = (scratch + geometry.zeroBytes).assumingMemoryBound(to: UnsafePointer<Float>.self)
    borders = (scratch + geometry.zeroBytes + pointerBytes).assumingMemoryBound(to: Float.self)
  }

  /// Points to the taps of `rows`, at most `geometry.blockRows` of them.
  mutating func fill(_ rows: Range<Int>) {
    let (width, height) = (geometry.horizontal.output, geometry.vertical.output)
    bordersUsed = 0
    var row = rows.lowerBound
    while row < rows.upperBound {
      let line = row / width
      let first = row - line * width
      let end = min(width, first + rows.upperBound - row)
      let image = input + line / height * Int(geometry.inputStrides[0])
      let target = table + (row - rows.lowerBound)
      // The line above has most taps' rows already, where it is of the same image and in this block as a whole.
      let known = line % height > 0 && row - width >= rows.lowerBound ? vertical.tapsOfNextOutput : 0
      for tap in 0..<known { copyFromAbove(tap, target, end - first, rows.count) }
      for tap in known..<geometry.vertical.taps {
        let y = geometry.vertical.origin(line % height) + tap * geometry.vertical.dilation
        let inside = y >= 0 && y < geometry.vertical.input
        let source = inside ? image + y * Int(geometry.inputStrides[1]) : nil
        if geometry.mergesTaps {
          fillMerged(source, first..<end, target + tap * rows.count)
        } else {
          fillTaps(source, first..<end, target + tap * geometry.horizontal.taps * rows.count, rows.count)
        }
      }
      row += end - first
    }
  }

  private var vertical: WindowAxis { geometry.vertical }

  /// The pointers of a kernel row, from the line above, where they are those of a later one.
  private func copyFromAbove(
    _ tap: Int, _ target: UnsafeMutablePointer<UnsafePointer<Float>>, _ count: Int, _ stride: Int
  ) {
    let runs = geometry.mergesTaps ? 1 : geometry.horizontal.taps
    let above = target - geometry.horizontal.output
    let later = tap + vertical.stride / vertical.dilation
    for run in 0..<runs {
      (target + (tap * runs + run) * stride).update(from: above + (later * runs + run) * stride, count: count)
    }
  }

  /// One pointer a pixel and kernel row. `source` is the input's row, nil in the padding.
  private mutating func fillMerged(
    _ source: UnsafePointer<Float>?, _ columns: Range<Int>, _ target: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    guard let source else {
      target.update(repeating: zeros, count: columns.count)
      return
    }
    let (axis, channels) = (geometry.horizontal, geometry.depth)
    let interior = (geometry.interiorStart..<geometry.interiorEnd).clamped(to: columns)
    for x in columns.lowerBound..<interior.lowerBound { target[x - columns.lowerBound] = border(source, x) }
    var pointer = source + axis.origin(interior.lowerBound) * channels
    let step = axis.stride * channels
    for position in interior.lowerBound - columns.lowerBound..<interior.upperBound - columns.lowerBound {
      target[position] = pointer
      pointer += step
    }
    for x in interior.upperBound..<columns.upperBound { target[x - columns.lowerBound] = border(source, x) }
  }

  /// A copy of the run of a pixel whose taps lie in part beside the input: zeros there.
  private mutating func border(_ source: UnsafePointer<Float>, _ x: Int) -> UnsafePointer<Float> {
    let (axis, channels) = (geometry.horizontal, geometry.depth)
    let copy = borders + bordersUsed
    bordersUsed += geometry.runDepth
    let valid = axis.taps(of: x)
    copy.update(repeating: 0, count: geometry.runDepth)
    (copy + valid.lowerBound * channels).update(
      from: source + (axis.origin(x) + valid.lowerBound) * channels, count: valid.count * channels)
    return UnsafePointer(copy)
  }

  /// One pointer a pixel and tap; neighbouring taps lie `stride` pointers apart.
  private func fillTaps(
    _ source: UnsafePointer<Float>?, _ columns: Range<Int>, _ target: UnsafeMutablePointer<UnsafePointer<Float>>,
    _ stride: Int
  ) {
    let axis = geometry.horizontal
    let pixel = Int(geometry.inputStrides[2])
    for tap in 0..<axis.taps {
      let pointers = target + tap * stride
      guard let source else {
        pointers.update(repeating: zeros, count: columns.count)
        continue
      }
      let valid = axis.outputs(of: tap).clamped(to: columns)
      pointers.update(repeating: zeros, count: valid.lowerBound - columns.lowerBound)
      let origin = tap * axis.dilation - axis.padding
      for x in valid { pointers[x - columns.lowerBound] = source + (x * axis.stride + origin) * pixel }
      (pointers + (valid.upperBound - columns.lowerBound)).update(
        repeating: zeros, count: columns.upperBound - valid.upperBound)
    }
  }
}
