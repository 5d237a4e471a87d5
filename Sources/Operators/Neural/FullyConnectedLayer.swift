import Graph
import Runtime

/// A product with a float32 matrix on its way to the packed kernel.
struct FullyConnectedLayer {
  /// Where known, weight (k, j) lies at `k * depthStride + j * columnStride`; where computed, a view `[depth, columns]`.
  let weights: KernelWeights
  let depth: Int
  let columns: Int
  var columnStride = 1
  var depthStride = 1
  let activation: FusedActivation

  /// Whether packing weights in every run pays: each is used by several rows.
  static func isWorthPacking(rows: Int, depth: Int, columns: Int) -> Bool {
    rows >= 4 && depth >= 1 && columns >= 4 && rows.multipliedSaturating(by: depth * columns) >= 4096
  }

  /// Emits `y = activation(x * weights + bias)` for `x` of shape `[..., depth]`, all axes before the last being rows,
  /// and `y` with as many elements as rows and columns need, in row-major order.
  func emit(_ x: LoweredView, to y: LoweredView, into plan: inout Lowering) throws(OperatorError) {
    let rows = x.shape.dropLast().reduce(1, *)
    let input = try plan.matrix(x, rows: rows, columns: depth)
    let packed: LoweredView
    switch weights {
    case .constant(let weights, let bias):
      let layout = PackedWeights.Layout(
        columns: columns, depth: depth, columnStride: columnStride, depthStride: depthStride)
      packed = plan.constant(PackedWeights.gemm(weights, groups: [layout], panel: plan.panelColumns, bias: bias))
    case .computed(let view, let bias, _):
      let filters = view.permuted([1, 0]).inserting(axis: 0).inserting(axis: 3).inserting(axis: 3)
      packed = try plan.packed(filters, bias: bias)
    }
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
