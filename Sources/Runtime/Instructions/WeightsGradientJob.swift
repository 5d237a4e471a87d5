import CKernels

/// One run of a weights gradient: its geometry and where everything lies.
struct WeightsGradientJob {
  let geometry: WeightsGradientGeometry
  let input: TensorView
  let gradient: TensorView
  let output: TensorView
  let kernels: UnsafePointer<ek_kernels>

  private var panel: Int { Int(kernels.pointee.gemm_nr) }
  private var tileRows: Int { min(Int(kernels.pointee.gemm_mr), WeightsGradientGeometry.tileLimit) }

  /// Pieces of work: the tiles of each chunk.
  var units: Int { geometry.chunks * geometry.tiles(tileRows) }

  /// Runs a task. `scratch` has `geometry.scratchBytes` bytes.
  func run(task: Int, of count: Int, scratch: UnsafeMutableRawPointer) {
    let tiles = geometry.tiles(tileRows)
    let units = taskRange(task, of: count, units)
    var unit = units.lowerBound
    while unit < units.upperBound {
      let chunk = unit / tiles
      let end = min(units.upperBound, (chunk + 1) * tiles)
      run(chunk, unit - chunk * tiles..<end - chunk * tiles, scratch)
      unit = end
    }
  }

  /// Some tiles of one chunk: all blocks of its pixels pass by once.
  private func run(_ chunk: Int, _ tiles: Range<Int>, _ scratch: UnsafeMutableRawPointer) {
    let result = output.pointer(as: Float.self) + chunk * output.stride(0)
    for index in tiles { clear(geometry.tile(index, rows: tileRows, panel: panel), result) }
    for index in taskRange(chunk, of: geometry.chunks, geometry.blocks) {
      let (images, lines) = geometry.block(index)
      var block = Block(images: images, lines: lines)
      for index in tiles {
        let tile = geometry.tile(index, rows: tileRows, panel: panel)
        place(tile, &block, scratch)
        add(tile, block, result)
      }
    }
  }

  private func clear(_ tile: WeightsGradientGeometry.Tile, _ result: UnsafeMutablePointer<Float>) {
    for row in tile.rows {
      let target = result + (tile.group * geometry.outputs + row) * output.stride(1)
      for v in 0..<geometry.vertical.taps {
        // Merged taps are columns of one row.
        for u in 0..<(geometry.mergesTaps ? 1 : geometry.horizontal.taps) {
          (target + v * output.stride(2) + u * output.stride(3) + tile.columns.lowerBound).update(
            repeating: 0, count: tile.columns.count)
        }
      }
    }
  }

  /// A block of pixels and where a tile finds its slices of channels.
  private struct Block {
    let images: Range<Int>
    let lines: Range<Int>
    /// The tile slice that the input was placed for; -1 for none.
    var slice = -1
    var a = Slice()
    var b = Slice()
  }

  /// Channels of a block: the address of (image 0 of the block, line 0, column 0), and distances in floats.
  private struct Slice {
    var base: UnsafePointer<Float>?
    var image = 0
    var line = 0
    var pixel = 0
    /// From one panel's channels to the next one's.
    var panel = 0
  }

  /// Finds a tile's channels: where they lie, or copied together.
  private func place(
    _ tile: WeightsGradientGeometry.Tile, _ block: inout Block, _ scratch: UnsafeMutableRawPointer
  ) {
    let channel = tile.group * geometry.outputs + tile.rows.lowerBound
    let from = gradient.pointer(as: Float.self) + block.images.lowerBound * gradient.stride(0) + channel
    if geometry.packsGradient {
      let target = (scratch + geometry.gradientOffset).assumingMemoryBound(to: Float.self)
      block.a = pack(
        gradient, from, images: block.images.count, lines: block.lines, channels: tile.rows.count,
        width: tile.rows.count, panels: 1, target)
    } else {
      block.a = Slice(
        base: UnsafePointer(from), image: gradient.stride(0), line: gradient.stride(1), pixel: gradient.stride(2))
    }
    if tile.slice == block.slice { return }
    block.slice = tile.slice
    let first = tile.group * geometry.depth + tile.columns.lowerBound
    let source = input.pointer(as: Float.self) + block.images.lowerBound * input.stride(0) + first
    if geometry.packsInput {
      let panels = (tile.columns.count + panel - 1) / panel
      block.b = pack(
        input, source, images: block.images.count, lines: geometry.inputLines(block.lines),
        channels: tile.columns.count, width: panel, panels: panels, scratch.assumingMemoryBound(to: Float.self))
    } else {
      block.b = Slice(
        base: UnsafePointer(source), image: input.stride(0), line: input.stride(1), pixel: input.stride(2),
        panel: panel)
    }
  }

  /// Copies channels of lines to `[panels][images][lines][columns][width]`.
  private func pack(
    _ view: TensorView, _ source: UnsafeMutablePointer<Float>, images: Int, lines: Range<Int>, channels: Int,
    width: Int, panels: Int, _ target: UnsafeMutablePointer<Float>
  ) -> Slice {
    let columns = view.extent(2)
    let panelFloats = images * lines.count * columns * width
    for image in 0..<images {
      for line in lines {
        let from = source + image * view.stride(0) + line * view.stride(1)
        let to = target + (image * lines.count + line - lines.lowerBound) * columns * width
        for panel in 0..<panels {
          ek_f32_pack_pixels(
            columns, min(width, channels - panel * width), from + panel * width, view.stride(2),
            to + panel * panelFloats, width)
        }
      }
    }
    return Slice(
      base: UnsafePointer(target) - lines.lowerBound * columns * width, image: lines.count * columns * width,
      line: columns * width, pixel: width, panel: panelFloats)
  }

  /// Adds a block's products to a tile.
  private func add(
    _ tile: WeightsGradientGeometry.Tile, _ block: Block, _ result: UnsafeMutablePointer<Float>
  ) {
    let rows = result + (tile.group * geometry.outputs + tile.rows.lowerBound) * output.stride(1)
    var column = tile.columns.lowerBound
    while column < tile.columns.upperBound {
      let columns = column..<min(tile.columns.upperBound, column + panel)
      let offset = (column - tile.columns.lowerBound) / panel * block.b.panel
      for v in 0..<geometry.vertical.taps {
        let lines = geometry.vertical.outputs(of: v).clamped(to: block.lines)
        if lines.isEmpty { continue }
        if geometry.mergesTaps {
          addMerged(v, lines, columns, first: tile.columns.lowerBound, tile.rows.count, block, rows)
          continue
        }
        for u in 0..<geometry.horizontal.taps {
          multiply(
            v, u, lines, geometry.horizontal.outputs(of: u), rows: tile.rows.count, columns: columns.count, block,
            offset, rows + v * output.stride(2) + u * output.stride(3) + column)
        }
      }
      column = columns.upperBound
    }
  }

  /// Columns of several taps: those of a border pixel are the ones whose taps lie inside the input.
  private func addMerged(
    _ v: Int, _ lines: Range<Int>, _ columns: Range<Int>, first: Int, _ rows: Int, _ block: Block,
    _ result: UnsafeMutablePointer<Float>
  ) {
    let axis = geometry.horizontal
    axis.forEachRun(in: 0..<axis.output) { run in
      let inside = columns.clamped(to: run.taps.lowerBound * geometry.depth..<run.taps.upperBound * geometry.depth)
      if inside.isEmpty { return }
      // The tap of the first column; the rest of its offset is in the column.
      let u = inside.lowerBound / geometry.depth
      multiply(
        v, u, lines, run.outputs, rows: rows, columns: inside.count, block,
        inside.lowerBound - u * geometry.depth - first, result + v * output.stride(2) + inside.lowerBound)
    }
  }

  /// The kernel on a rectangle of output pixels that all find tap (v, u) inside the input.
  @inline(__always)
  private func multiply(
    _ v: Int, _ u: Int, _ lines: Range<Int>, _ pixels: Range<Int>, rows: Int, columns: Int, _ block: Block,
    _ offset: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    guard !pixels.isEmpty, let wgrad = kernels.pointee.f32_wgrad, let a = block.a.base, let b = block.b.base else {
      return
    }
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    var shape = ek_wgrad_shape(
      rows: rows, columns: columns, images: block.images.count, lines: lines.count, pixels: pixels.count,
      a_image_step: block.a.image, a_line_step: block.a.line, a_pixel_step: block.a.pixel, b_image_step: block.b.image,
      b_line_step: vertical.stride * block.b.line, b_pixel_step: horizontal.stride * block.b.pixel)
    let line = vertical.origin(lines.lowerBound) + v * vertical.dilation
    let pixel = horizontal.origin(pixels.lowerBound) + u * horizontal.dilation
    wgrad(
      &shape, a + lines.lowerBound * block.a.line + pixels.lowerBound * block.a.pixel,
      b + line * block.b.line + pixel * block.b.pixel + offset, target, output.stride(1))
  }
}
