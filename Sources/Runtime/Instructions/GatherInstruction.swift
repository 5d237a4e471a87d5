/// ONNX Gather: takes slices along one axis by indices known at run time; negative indices count from the end.
///
/// Indices out of range are clamped: memory safety over a message in the middle of a run.
package struct GatherInstruction: PlanInstruction {
  package static var opcode: Opcode { .gather }

  /// Rank r.
  package var data: TensorID
  /// int32 or int64, rank q.
  package var indices: TensorID
  /// Rank r - 1 + q.
  package var output: TensorID
  /// Axis of `data`.
  package var axis: Int32

  package init(data: TensorID, indices: TensorID, output: TensorID, axis: Int32) {
    self.data = data
    self.indices = indices
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let data = try plan.operand(data, "data")
    let indices = try plan.operand(indices, "indices")
    let output = try plan.result(output, "output")
    try plan.require(data.type == output.type, "the operands' types differ")
    try plan.require(indices.type == .int32 || indices.type == .int64, "indices are neither int32 nor int64")
    try plan.require(axis >= 0 && Int(axis) < data.rank, "the axis is none of the input's")
    try plan.require(output.rank == data.rank - 1 + indices.rank, "the output has the wrong rank")
    let axis = Int(axis)
    for i in 0..<output.rank {
      let expected =
        i < axis
        ? data.shape[i] : i < axis + indices.rank ? indices.shape[i - axis] : data.shape[i - indices.rank + 1]
      try plan.require(output.shape[i] == expected, "the output has the wrong shape")
    }
    try plan.require(output.count == 0 || data.extent(axis) > 0, "takes slices of an empty axis")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    positions(context).taskCount(threads: context.threads, cost: slice(context).count, grain: 1)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type.byteCount {
    case 1: run(task, count, context, UInt8.self)
    case 2: run(task, count, context, UInt16.self)
    case 4: run(task, count, context, UInt32.self)
    default: run(task, count, context, UInt64.self)
    }
  }

  /// The loop over all indices: output, indices.
  private func positions(_ context: ExecutionContext) -> StridedLoop {
    let (indices, output) = (context.view(indices), context.view(output))
    var strides = SIMD8<Int32>(repeating: 0)
    for i in 0..<indices.rank { strides[i] = output.strides[Int(axis) + i] }
    return StridedLoop(indices.shape, strides, indices.strides)
  }

  /// The loop over one slice: output, data.
  private func slice(_ context: ExecutionContext) -> StridedLoop {
    let (data, indices, output) = (context.view(data), context.view(indices), context.view(output))
    var strides = SIMD8<Int32>(repeating: 0)
    for i in 0..<data.rank where i != Int(axis) {
      strides[i] = output.strides[i < Int(axis) ? i : i + indices.rank - 1]
    }
    return StridedLoop(data.shape, axes: ~(1 << UInt32(axis)), strides, data.strides)
  }

  /// Moves elements of the size of `T`.
  private func run<T: BitwiseCopyable>(_ task: Int, _ count: Int, _ context: ExecutionContext, _: T.Type) {
    let (data, indices) = (context.view(data), context.view(indices))
    let (positions, slice) = (positions(context), slice(context))
    let (x, y) = (data.pointer(as: T.self), context.view(output).pointer(as: T.self))
    let (extent, stride) = (data.extent(Int(axis)), data.stride(Int(axis)))
    let (to, from) = (slice.step[0], slice.step[1])
    positions.forEachRun(task: task, of: count, grain: 1) { offsets, length in
      for i in 0..<length {
        let at = offsets[1] + i * positions.step[1]
        let index =
          indices.type == .int64 ? indices.pointer(as: Int64.self)[at] : Int64(indices.pointer(as: Int32.self)[at])
        let source = x + Self.resolve(index, extent) * stride
        let target = y + (offsets[0] + i * positions.step[0])
        slice.forEachRun { offsets, length in
          let (y, x) = (target + offsets[0], source + offsets[1])
          if to == 1 && from == 1 {
            y.update(from: x, count: length)
          } else {
            for j in 0..<length { y[j &* to] = x[j &* from] }
          }
        }
      }
    }
  }

  /// The position an index means, clamped to the axis.
  private static func resolve(_ index: Int64, _ extent: Int) -> Int {
    let limit = Int64(extent)
    let position = index < 0 ? index &+ limit : index
    return Int(max(0, min(position, limit - 1)))
  }
}
