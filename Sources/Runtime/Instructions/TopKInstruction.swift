/// The k largest or smallest elements along an axis, best first; of equals the lower index first.
package struct TopKInstruction: PlanInstruction {
  package static var opcode: Opcode { .topK }

  /// Any strides.
  package var input: TensorID
  /// The input's type, extent k at the axis.
  package var values: TensorID
  /// int64, the shape of `values`.
  package var indices: TensorID
  /// Axis.
  package var axis: Int32
  /// 1 for the largest.
  package var largest: Int32

  package init(input: TensorID, values: TensorID, indices: TensorID, axis: Int32, largest: Int32) {
    self.input = input
    self.values = values
    self.indices = indices
    self.axis = axis
    self.largest = largest
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let values = try plan.result(values, "values")
    let indices = try plan.result(indices, "indices")
    try plan.require(axis >= 0 && Int(axis) < input.rank, "the axis is none of the input's")
    try plan.requireSameShape(values, indices)
    var expected = input.shape
    expected[Int(axis)] = values.shape[Int(axis)]
    try plan.require(values.rank == input.rank && values.shape == expected, "the output has the wrong shape")
    try plan.require(values.extent(Int(axis)) <= input.extent(Int(axis)), "takes more elements than there are")
    try plan.require(values.type == input.type && indices.type == .int64, "the output has the wrong type")
  }

  /// The elements at hand (a key and a position each) and two blocks to make keys in.
  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard axis >= 0, axis < maximumRank, values.index >= 0, Int(values.index) < plan.tensors.count else { return 0 }
    let k = plan.tensors[Int(values.index)].shape[Int(axis)]
    return Int(max(k, 0)) * MemoryLayout<Candidate>.stride + computeScratch(blocks: 2)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).taskCount(
      threads: context.threads, cost: context.view(input).extent(Int(axis)).multipliedSaturating(by: 8), grain: 1)
  }

  /// The loop over all axes but the one: values, indices, input.
  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let input = context.view(input)
    return StridedLoop(
      input.shape, axes: ~(1 << UInt32(axis)), context.view(values).strides, context.view(indices).strides,
      input.strides)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, values) = (context.view(input), context.view(values))
    switch input.type.byteCount {
    case 1: run(task, count, worker, context, input.pointer(as: UInt8.self), values.pointer(as: UInt8.self))
    case 2: run(task, count, worker, context, input.pointer(as: UInt16.self), values.pointer(as: UInt16.self))
    case 4: run(task, count, worker, context, input.pointer(as: UInt32.self), values.pointer(as: UInt32.self))
    default: run(task, count, worker, context, input.pointer(as: UInt64.self), values.pointer(as: UInt64.self))
    }
  }

  /// Moves elements of the size of `T`.
  private func run<T: BitwiseCopyable>(
    _ task: Int, _ count: Int, _ worker: Int, _ context: ExecutionContext, _ x: UnsafeMutablePointer<T>,
    _ y: UnsafeMutablePointer<T>
  ) {
    let (input, values, indices) = (context.view(input), context.view(values), context.view(indices))
    let loop = loop(context)
    let axis = Int(axis)
    let k = values.extent(axis)
    if k == 0 { return }
    let positions = indices.pointer(as: Int64.self)
    loop.forEachRun(task: task, of: count, grain: 1) { offsets, length in
      for i in 0..<length {
        let at = offsets &+ loop.step &* i
        let best = select(input, at[2], k, context.scratch(worker: worker))
        for j in 0..<k {
          let position = Int(best[j].position)
          y[at[0] + j * values.stride(axis)] = x[at[2] + position * input.stride(axis)]
          positions[at[1] + j * indices.stride(axis)] = Int64(position)
        }
      }
    }
  }

  /// The k best along the axis from an offset, best first.
  private func select(
    _ input: TensorView, _ offset: Int, _ k: Int, _ scratch: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Candidate> {
    let buffer = scratch
    let heap = (scratch + computeScratch(blocks: 2)).assumingMemoryBound(to: Candidate.self)
    let (extent, stride, bytes) = (input.extent(Int(axis)), input.stride(Int(axis)), input.type.byteCount)
    // Keys of the smallest are complemented, so that the largest key is the best in either case.
    let flip: Int64 = largest != 0 ? 0 : -1
    var start = 0
    while start < extent {
      let n = min(computeBlock, extent - start)
      let keys = OrderedKey.load(
        input.type, input.base + (offset + start * stride) * bytes, stride: stride, count: n, buffer, nan: .max)
      for i in 0..<n {
        let candidate = Candidate(key: keys[i] ^ flip, position: Int64(start + i))
        if start + i < k {
          Candidate.siftUp(heap, start + i, candidate)
        } else if candidate.isBetter(than: heap[0]) {
          Candidate.siftDown(heap, k, candidate)
        }
      }
      start += n
    }
    // Heap sort: the worst of those left goes to the end of those left.
    var left = k
    while left > 1 {
      left -= 1
      let last = heap[left]
      heap[left] = heap[0]
      Candidate.siftDown(heap, left, last)
    }
    return heap
  }

  /// An element by its rank; heaps of them have the worst on top.
  private struct Candidate: BitwiseCopyable {
    let key: Int64
    let position: Int64

    @inline(__always)
    func isBetter(than other: Candidate) -> Bool {
      key != other.key ? key > other.key : position < other.position
    }

    /// Puts a candidate into the free place at the end of a heap of `count`.
    static func siftUp(_ heap: UnsafeMutablePointer<Candidate>, _ count: Int, _ candidate: Candidate) {
      var place = count
      while place > 0, heap[(place - 1) / 2].isBetter(than: candidate) {
        heap[place] = heap[(place - 1) / 2]
        place = (place - 1) / 2
      }
      heap[place] = candidate
    }

    /// Puts a candidate into the free place on top of a heap of `count`.
    static func siftDown(_ heap: UnsafeMutablePointer<Candidate>, _ count: Int, _ candidate: Candidate) {
      var place = 0
      while true {
        var child = 2 * place + 1
        if child >= count { break }
        if child + 1 < count, heap[child].isBetter(than: heap[child + 1]) { child += 1 }
        if !candidate.isBetter(than: heap[child]) { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = candidate
    }
  }
}
