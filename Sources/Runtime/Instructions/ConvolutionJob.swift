import CKernels

/// One run of a convolution: its geometry and where everything lies.
struct ConvolutionJob {
  let geometry: ConvolutionGeometry
  let input: UnsafePointer<Float>
  let weights: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let residual: UnsafePointer<Float>?
  let activation: FusedActivation
  let kernels: UnsafePointer<ek_kernels>

  private var panelWidth: Int { Int(kernels.pointee.gemm_nr) }

  /// Strips of all lines of all images.
  private var stripCount: Int { geometry.images * geometry.vertical.output * geometry.strips }

  func taskCount(threads: Int) -> Int {
    let units =
      geometry.splitsPanels(panelWidth, threads: threads)
      ? geometry.groups * geometry.panels(panelWidth) : stripCount
    return Runtime.taskCount(units: units, operations: geometry.operations, threads: threads)
  }

  /// Runs a task. `scratch` has `geometry.scratchBytes` bytes.
  func run(task: Int, of count: Int, threads: Int, scratch: UnsafeMutableRawPointer) {
    var panels = 0..<geometry.groups * geometry.panels(panelWidth)
    var strips = 0..<stripCount
    if count > 1 {
      if geometry.splitsPanels(panelWidth, threads: threads) {
        panels = taskRange(task, of: count, panels.count)
      } else {
        strips = taskRange(task, of: count, strips.count)
      }
    }
    if panels.isEmpty || geometry.horizontal.output == 0 { return }
    let (strip, perLine, width) = (geometry.stripPixels, geometry.strips, geometry.horizontal.output)
    let most = max(1, geometry.blockPixels / strip)
    var next = strips.lowerBound
    while next < strips.upperBound {
      let (line, first) = (next / perLine, next % perLine)
      // Whole lines, or neighbouring parts of one.
      let end = min(strips.upperBound, next + (perLine == 1 ? most : min(most, perLine - first)))
      let lines = line..<(perLine == 1 ? end : line + 1)
      let pixels = first * strip..<min(width, perLine == 1 ? width : (first + end - next) * strip)
      run(lines: lines, pixels: pixels, panels, scratch.assumingMemoryBound(to: Float.self))
      next = end
    }
  }

  /// A block: some lines of an image after the other, and the same pixels of each.
  private func run(
    lines: Range<Int>, pixels: Range<Int>, _ panels: Range<Int>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let height = geometry.vertical.output
    var line = lines.lowerBound
    while line < lines.upperBound {
      let (image, y) = (line / height, line % height)
      // Whole images at once, or what is wanted of one.
      let left = lines.upperBound - line
      let images = y == 0 && left >= height && !geometry.padsInput ? left / height : 1
      let count = images > 1 ? height : min(height - y, left)
      let block = ConvolutionBlock(
        firstImage: image, images: images, lines: y..<y + count, pixels: pixels)
      if geometry.padsInput {
        runPadded(block, panels, scratch)
      } else if isSinglePixel(block) {
        vector(block, panels)
      } else {
        run(block, panels)
      }
      if !activation.isClamp { activate(block, panels) }
      line += images * count
    }
  }

  /// A single row of a product of matrices.
  private func isSinglePixel(_ block: ConvolutionBlock) -> Bool {
    block.images * block.lines.count * block.pixels.count == 1 && geometry.vertical.taps * geometry.horizontal.taps == 1
      && geometry.vertical.taps(of: block.lines.lowerBound).count == 1
      && geometry.horizontal.taps(of: block.pixels.lowerBound).count == 1
  }

  /// Position of a panel: its group, first column in the group, and number of columns.
  @inline(__always)
  private func place(_ panel: Int, _ perGroup: Int) -> (group: Int, column: Int, width: Int) {
    let group = panel / perGroup
    let column = (panel - group * perGroup) * panelWidth
    return (group, column, min(panelWidth, geometry.columns - column))
  }

  private var panelFloats: Int {
    panelWidth * (1 + geometry.depth * geometry.vertical.taps * geometry.horizontal.taps)
  }

  /// Panels whose weights stay in the second-level cache together.
  private var panelsAtOnce: Int { max(1, (192 << 10) / (4 * panelFloats)) }

  /// A kernel's description of a block; the rectangle and its taps are still to be filled in.
  private func shape(_ block: ConvolutionBlock) -> ek_conv_shape {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (input, output, residual) = (geometry.inputStrides, geometry.outputStrides, geometry.residualStrides)
    var shape = ek_conv_shape()
    shape.images = block.images
    shape.depth = geometry.depth
    shape.kernel_width = horizontal.taps
    shape.input_image_step = Int(input[0])
    shape.input_line_step = vertical.stride * Int(input[1])
    shape.input_pixel_step = horizontal.stride * Int(input[2])
    shape.tap_row_step = vertical.dilation * Int(input[1])
    shape.tap_column_step = horizontal.dilation * Int(input[2])
    shape.output_image_step = Int(output[0])
    shape.output_line_step = Int(output[1])
    shape.output_pixel_step = Int(output[2])
    shape.residual_image_step = Int(residual[0])
    shape.residual_line_step = Int(residual[1])
    shape.residual_pixel_step = Int(residual[2])
    return shape
  }

  /// Each rectangle of pixels that have the same taps inside the input.
  private func run(_ block: ConvolutionBlock, _ panels: Range<Int>) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let image = input + block.firstImage * Int(geometry.inputStrides[0])
    var shape = shape(block)
    var first = panels.lowerBound
    while first < panels.upperBound {
      let some = first..<min(panels.upperBound, first + panelsAtOnce)
      vertical.forEachRun(in: block.lines) { lines in
        (shape.lines, shape.first_tap_row, shape.tap_rows) = (
          lines.outputs.count, lines.taps.lowerBound, lines.taps.count
        )
        horizontal.forEachRun(in: block.pixels) { pixels in
          (shape.pixels, shape.first_tap_column, shape.tap_columns) = (
            pixels.outputs.count, pixels.taps.lowerBound, pixels.taps.count
          )
          let source =
            image + lines.input * Int(geometry.inputStrides[1]) + pixels.input * Int(geometry.inputStrides[2])
          multiply(&shape, source, block.firstImage, lines.outputs.lowerBound, pixels.outputs.lowerBound, some)
        }
      }
      first = some.upperBound
    }
  }

  /// One image, copied between zeros: all pixels have all taps.
  private func runPadded(_ block: ConvolutionBlock, _ panels: Range<Int>, _ copy: UnsafeMutablePointer<Float>) {
    let (padding, strides) = (geometry.padding, geometry.inputStrides)
    padding.fill(
      copy, from: input + block.firstImage * Int(strides[0]), lineStep: Int(strides[1]), pixelStep: Int(strides[2]),
      lines: block.lines)
    let (pixel, line) = (padding.channels, padding.channels * padding.width)
    var shape = shape(block)
    shape.lines = block.lines.count
    shape.pixels = block.pixels.count
    shape.tap_rows = geometry.vertical.taps
    shape.tap_columns = geometry.horizontal.taps
    shape.input_line_step = geometry.vertical.stride * line
    shape.input_pixel_step = geometry.horizontal.stride * pixel
    shape.tap_row_step = geometry.vertical.dilation * line
    shape.tap_column_step = geometry.horizontal.dilation * pixel
    let source =
      copy + block.lines.lowerBound * shape.input_line_step + block.pixels.lowerBound * shape.input_pixel_step
    multiply(&shape, UnsafePointer(source), block.firstImage, block.lines.lowerBound, block.pixels.lowerBound, panels)
  }

  /// A rectangle, panel after panel. `source` is what its first pixel reads first.
  private func multiply(
    _ shape: inout ek_conv_shape, _ source: UnsafePointer<Float>, _ image: Int, _ y: Int, _ x: Int,
    _ panels: Range<Int>
  ) {
    guard let kernel = kernels.pointee.f32_conv else { return }
    let bounds = activation.bounds
    let perGroup = geometry.panels(panelWidth)
    let c = output + offset(geometry.outputStrides, image, y, x)
    let r = residual.map { $0 + offset(geometry.residualStrides, image, y, x) }
    for panel in panels {
      let (group, column, width) = place(panel, perGroup)
      let channel = group * geometry.columns + column
      kernel(
        &shape, width, source + group * geometry.depth, weights + panel * panelFloats, c + channel,
        r.map { $0 + channel }, bounds.lower, bounds.upper)
    }
  }

  /// Elements from a view's base to a pixel.
  @inline(__always)
  private func offset(_ strides: SIMD8<Int32>, _ image: Int, _ y: Int, _ x: Int) -> Int {
    image * Int(strides[0]) + y * Int(strides[1]) + x * Int(strides[2])
  }

  /// A single row: neighbouring panels of a group at once.
  private func vector(_ block: ConvolutionBlock, _ panels: Range<Int>) {
    guard let gemv = kernels.pointee.f32_gemv else { return }
    let bounds = activation.bounds
    let perGroup = geometry.panels(panelWidth)
    let (image, y, x) = (block.firstImage, block.lines.lowerBound, block.pixels.lowerBound)
    let a =
      input + offset(geometry.inputStrides, image, geometry.vertical.origin(y), geometry.horizontal.origin(x))
    let c = output + offset(geometry.outputStrides, image, y, x)
    let r = residual.map { $0 + offset(geometry.residualStrides, image, y, x) }
    var panel = panels.lowerBound
    while panel < panels.upperBound {
      let (group, column, _) = place(panel, perGroup)
      let end = min(panels.upperBound, (group + 1) * perGroup)
      let channel = group * geometry.columns + column
      gemv(
        min(geometry.columns - column, (end - panel) * panelWidth), geometry.depth, a + group * geometry.depth,
        weights + panel * panelFloats, c + channel, r.map { $0 + channel }, bounds.lower, bounds.upper)
      panel = end
    }
  }

  /// The channels of neighbouring panels are neighbours, also from group to group.
  private func activate(_ block: ConvolutionBlock, _ panels: Range<Int>) {
    let perGroup = geometry.panels(panelWidth)
    let first = place(panels.lowerBound, perGroup)
    let last = place(panels.upperBound - 1, perGroup)
    let channel = first.group * geometry.columns + first.column
    let end = last.group * geometry.columns + last.column + last.width
    for image in block.firstImage..<block.firstImage + block.images {
      for y in block.lines {
        activation.apply(
          to: output + offset(geometry.outputStrides, image, y, block.pixels.lowerBound) + channel,
          rows: block.pixels.count, columns: end - channel, stride: Int(geometry.outputStrides[2]), kernels)
      }
    }
  }
}

/// Output pixels that are computed together: a rectangle, the same in each of some neighbouring images.
private struct ConvolutionBlock {
  let firstImage: Int
  let images: Int
  let lines: Range<Int>
  let pixels: Range<Int>
}
