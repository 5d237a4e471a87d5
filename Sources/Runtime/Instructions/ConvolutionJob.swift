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
  private var tileRows: Int { Int(kernels.pointee.gemm_mr) }

  func taskCount(threads: Int) -> Int {
    let units =
      geometry.splitsPanels(panelWidth, threads: threads)
      ? geometry.groups * geometry.panels(panelWidth) : (geometry.rows + tileRows - 1) / tileRows
    return Runtime.taskCount(units: units, operations: geometry.operations, threads: threads)
  }

  /// Runs a task. `scratch` has `geometry.scratchBytes` bytes.
  func run(task: Int, of count: Int, threads: Int, scratch: UnsafeMutableRawPointer) {
    let allPanels = geometry.groups * geometry.panels(panelWidth)
    var rows = 0..<geometry.rows
    var panels = 0..<allPanels
    if count > 1 {
      if geometry.splitsPanels(panelWidth, threads: threads) {
        panels = taskRange(task, of: count, allPanels)
      } else {
        let tiles = taskRange(task, of: count, (geometry.rows + tileRows - 1) / tileRows)
        rows = tiles.lowerBound * tileRows..<min(geometry.rows, tiles.upperBound * tileRows)
      }
    }
    var pointers =
      geometry.isProduct ? nil : ConvolutionPointers(geometry, input: input, scratch: scratch)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let runEnd = (row / geometry.run + 1) * geometry.run
      let end = min(rows.upperBound, runEnd, row + geometry.blockRows)
      if pointers != nil {
        pointers?.fill(row..<end)
        indirect(row..<end, panels, pointers?.table)
      } else if end - row == 1 {
        vector(row, panels)
      } else {
        product(row..<end, panels)
      }
      if !activation.isClamp { activate(row..<end, panels) }
      row = end
    }
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

  private func product(_ rows: Range<Int>, _ panels: Range<Int>) {
    guard let gemm = kernels.pointee.f32_gemm else { return }
    let bounds = activation.bounds
    let perGroup = geometry.panels(panelWidth)
    let a = input + geometry.pixels.offset(rows.lowerBound)
    let c = output + geometry.output.offset(rows.lowerBound)
    let r = residual.map { $0 + geometry.residual.offset(rows.lowerBound) }
    for panel in panels {
      let (group, column, width) = place(panel, perGroup)
      let channel = group * geometry.columns + column
      gemm(
        rows.count, width, geometry.depth, a + group * geometry.depth, geometry.pixels.step,
        weights + panel * panelFloats, c + channel, geometry.output.step, r.map { $0 + channel },
        geometry.residual.step, bounds.lower, bounds.upper)
    }
  }

  private func indirect(
    _ rows: Range<Int>, _ panels: Range<Int>, _ table: UnsafeMutablePointer<UnsafePointer<Float>>?
  ) {
    guard let igemm = kernels.pointee.f32_igemm, let table else { return }
    let bounds = activation.bounds
    let perGroup = geometry.panels(panelWidth)
    let c = output + geometry.output.offset(rows.lowerBound)
    let r = residual.map { $0 + geometry.residual.offset(rows.lowerBound) }
    for panel in panels {
      let (group, column, width) = place(panel, perGroup)
      let channel = group * geometry.columns + column
      igemm(
        rows.count, width, geometry.runDepth, geometry.runTaps, table, rows.count, group * geometry.depth,
        weights + panel * panelFloats, c + channel, geometry.output.step, r.map { $0 + channel },
        geometry.residual.step, bounds.lower, bounds.upper)
    }
  }

  /// A single row: neighbouring panels of a group at once.
  private func vector(_ row: Int, _ panels: Range<Int>) {
    guard let gemv = kernels.pointee.f32_gemv else { return }
    let bounds = activation.bounds
    let perGroup = geometry.panels(panelWidth)
    let a = input + geometry.pixels.offset(row)
    let c = output + geometry.output.offset(row)
    let r = residual.map { $0 + geometry.residual.offset(row) }
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
  private func activate(_ rows: Range<Int>, _ panels: Range<Int>) {
    guard !panels.isEmpty else { return }
    let perGroup = geometry.panels(panelWidth)
    let first = place(panels.lowerBound, perGroup)
    let last = place(panels.upperBound - 1, perGroup)
    let channel = first.group * geometry.columns + first.column
    let end = last.group * geometry.columns + last.column + last.width
    activation.apply(
      to: output + geometry.output.offset(rows.lowerBound) + channel, rows: rows.count, columns: end - channel,
      stride: geometry.output.step, kernels)
  }
}
