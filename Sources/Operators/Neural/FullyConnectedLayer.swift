import Graph
import Runtime

/// A product with a constant float32 matrix on its way to the packed kernel.
struct FullyConnectedLayer {
  /// Weight (k, j) lies at `k * depthStride + j * columnStride`.
  let weights: [Float]
  let depth: Int
  let columns: Int
  let columnStride: Int
  let depthStride: Int
  /// One for every column, or empty for zeros.
  let bias: [Float]
  let activation: FusedActivation

  /// Emits `y = activation(x * weights + bias)` for `x` of shape `[..., depth]`, all axes before the last being rows,
  /// and `y` with as many elements as rows and columns need, in row-major order.
  func emit(_ x: LoweredView, to y: LoweredView, into plan: inout Lowering) throws(OperatorError) {
    let rows = x.shape.dropLast().reduce(1, *)
    let input = try plan.matrix(x, rows: rows, columns: depth)
    let layout = PackedWeights.Layout(
      columns: columns, depth: depth, columnStride: columnStride, depthStride: depthStride)
    let packed = plan.constant(
      PackedWeights.gemm(weights, groups: [layout], panel: plan.panelColumns, bias: bias))
    let work = try plan.workspace(for: y, order: .rowMajor) { $0.asMatrix(rows: rows, columns: columns) != nil }
    guard let output = work.asMatrix(rows: rows, columns: columns) else {
      throw .invalid("a result of \(Shape.text(y.shape)) is no matrix of \(rows) rows and \(columns) columns")
    }
    plan.emit(
      FullyConnectedInstruction(
        input: plan.id(input), weights: plan.id(packed), output: plan.id(output), activation: activation),
      reads: [input, packed], writes: [output])
    plan.deliver(work, to: y)
  }
}

extension LoweredView {
  /// The elements as rows with column stride 1, where that takes no copy.
  func asMatrix(rows: Int, columns: Int) -> LoweredView? {
    guard let view = reshaped(to: [rows, columns]) else { return nil }
    if columns > 1 { return view.strides[1] == 1 ? view : nil }
    return LoweredView(
      buffer: view.buffer, type: view.type, shape: view.shape, strides: [view.strides[0], 1], offset: view.offset)
  }
}

extension Lowering {
  /// The elements as rows with column stride 1, copied if they must be.
  mutating func matrix(_ view: LoweredView, rows: Int, columns: Int) throws(OperatorError) -> LoweredView {
    if let matrix = view.asMatrix(rows: rows, columns: columns) { return matrix }
    guard let copy = try contiguous(view).asMatrix(rows: rows, columns: columns) else {
      throw .invalid("\(Shape.text(view.shape)) is no matrix of \(rows) rows and \(columns) columns")
    }
    return copy
  }
}
