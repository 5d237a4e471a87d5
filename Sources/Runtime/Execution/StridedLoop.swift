/// A loop over up to six strided views of one shape at the same time.
///
/// Axes of extent 1 are dropped, the rest sorted by the strides of the first view (so that it is written or read in the
/// order of memory) and merged where all views allow it: views of the same dense layout become one flat run, whatever
/// that layout is.
package struct StridedLoop: BitwiseCopyable {
  /// Axes that are left, at least 1.
  package private(set) var rank = 0
  /// Extents, outermost first.
  package private(set) var extents = SIMD8<Int>(repeating: 1)
  /// Distances in elements along each axis: lane v is view v's.
  private var strides = InlineArray<8, SIMD8<Int>>(repeating: SIMD8(repeating: 0))
  /// Number of elements.
  package private(set) var count = 1

  /// A loop over those axes of `shape` whose bit is set in `axes`; strides are those of the views, in their order.
  /// Precondition: the number of elements was found to be below 2^31 (`PlanOperand`).
  package init(
    _ shape: SIMD8<Int32>, axes: UInt32 = 0xFF, _ view0: SIMD8<Int32>, _ view1: SIMD8<Int32> = .init(),
    _ view2: SIMD8<Int32> = .init(), _ view3: SIMD8<Int32> = .init(), _ view4: SIMD8<Int32> = .init(),
    _ view5: SIMD8<Int32> = .init()
  ) {
    for axis in 0..<maximumRank where shape[axis] != 1 && axes >> UInt32(axis) & 1 == 1 {
      if shape[axis] <= 0 { count = 0 }
      let lanes = SIMD8<Int32>(view0[axis], view1[axis], view2[axis], view3[axis], view4[axis], view5[axis], 0, 0)
      insert(extent: Int(shape[axis]), SIMD8<Int>(truncatingIfNeeded: lanes))
    }
    if count == 0 || rank == 0 {
      extents[0] = count
      rank = 1
      return
    }
    merge()
    for axis in 0..<rank { count *= extents[axis] }
  }

  /// Adds an axis behind those with larger strides.
  private mutating func insert(extent: Int, _ lanes: SIMD8<Int>) {
    var position = rank
    while position > 0, StridedLoop.precedes(lanes, strides[position - 1]) {
      strides[position] = strides[position - 1]
      extents[position] = extents[position - 1]
      position -= 1
    }
    strides[position] = lanes
    extents[position] = extent
    rank += 1
  }

  /// Whether an axis belongs outside of another: the first view decides whose strides differ.
  private static func precedes(_ lanes: SIMD8<Int>, _ other: SIMD8<Int>) -> Bool {
    for view in 0..<6 where lanes[view] != other[view] { return lanes[view] > other[view] }
    return false
  }

  /// Merges axes that lie evenly within each other in all views.
  private mutating func merge() {
    var last = 0
    for axis in 1..<rank {
      if strides[last] == strides[axis] &* extents[axis] {
        extents[last] *= extents[axis]
      } else {
        last += 1
        extents[last] = extents[axis]
      }
      strides[last] = strides[axis]
    }
    rank = last + 1
  }

  /// Makes an axis the last but one, for loops that treat two axes themselves.
  package mutating func moveInward(axis: Int) {
    for position in axis..<max(axis, rank - 2) {
      let (extent, lanes) = (extents[position], strides[position])
      extents[position] = extents[position + 1]
      strides[position] = strides[position + 1]
      extents[position + 1] = extent
      strides[position + 1] = lanes
    }
  }

  // MARK: Runs

  /// Extent of the innermost axis.
  @inline(__always)
  package var innerCount: Int { extents[rank - 1] }

  /// Distances between neighbours of a run, a lane a view.
  @inline(__always)
  package var step: SIMD8<Int> { strides[rank - 1] }

  /// Distances along an axis, a lane a view.
  @inline(__always)
  package func step(_ axis: Int) -> SIMD8<Int> { strides[axis] }

  /// Whether the first `views` views step by 1 within runs.
  package func isContiguous(views: Int) -> Bool {
    for view in 0..<views where step[view] != 1 && innerCount != 1 { return false }
    return true
  }

  /// Number of runs.
  package var runCount: Int { count == 0 ? 0 : count / innerCount }

  /// Elements of a flat loop that always stay together, so that a split never changes what a vector kernel computes.
  package static var grain: Int { 64 }

  /// Elements of simple work that are worth a second worker.
  package static var parallelWork: Int { 32768 }

  /// How many tasks a loop is worth when an element costs as much as `cost` additions; at most one a worker.
  package func taskCount(threads: Int, cost: Int = 1, grain: Int = StridedLoop.grain) -> Int {
    let units = rank == 1 ? (count + grain - 1) / grain : runCount
    return Self.taskCount(threads: threads, work: count.multipliedSaturating(by: cost), units: units)
  }

  /// How many tasks `work` additions, cut into at most `units` pieces, are worth.
  package static func taskCount(threads: Int, work: Int, units: Int) -> Int {
    work < parallelWork ? 1 : max(1, min(threads, units))
  }

  /// The part of `0..<units` that belongs to a task.
  @inline(__always)
  package static func range(_ units: Int, task: Int, of tasks: Int) -> Range<Int> {
    units * task / tasks..<units * (task + 1) / tasks
  }

  /// Calls `body` with the offsets in elements of each view and the length of every run that belongs to a task. A flat
  /// loop is split at multiples of `grain` elements, others between runs.
  @inline(__always)
  package func forEachRun(
    task: Int = 0, of tasks: Int = 1, grain: Int = StridedLoop.grain, _ body: (SIMD8<Int>, Int) -> Void
  ) {
    if count == 0 { return }
    var runs = 0..<1
    var (start, end) = (0, innerCount)
    if rank == 1 {
      let grains = Self.range((count + grain - 1) / grain, task: task, of: tasks)
      (start, end) = (grains.lowerBound * grain, min(grains.upperBound * grain, count))
      if start >= end { return }
    } else {
      runs = Self.range(runCount, task: task, of: tasks)
    }
    let base = step &* start
    let length = end - start
    forEachOuter(runs) { offsets in body(offsets &+ base, length) }
  }

  /// Calls `body` with the offsets of each position of all but the `inner` innermost axes, for a range of positions.
  @inline(__always)
  package func forEachOuter(_ range: Range<Int>, inner: Int = 1, _ body: (SIMD8<Int>) -> Void) {
    let last = rank - inner - 1
    var offsets = SIMD8<Int>(repeating: 0)
    if last < 0 {
      if !range.isEmpty { body(offsets) }
      return
    }
    // In memory, not in a vector: single lanes are written.
    var index = InlineArray<8, Int>(repeating: 0)
    var rest = range.lowerBound
    var axis = last
    while axis >= 0 {
      index[axis] = rest % extents[axis]
      rest /= extents[axis]
      offsets &+= strides[axis] &* index[axis]
      axis -= 1
    }
    var remaining = range.count
    while remaining > 0 {
      // All that is left of the innermost of these axes, then the carry.
      let (extent, step) = (extents[last], strides[last])
      let length = min(remaining, extent - index[last])
      for _ in 0..<length {
        body(offsets)
        offsets &+= step
      }
      remaining -= length
      index[last] += length
      axis = last
      while axis > 0, index[axis] == extents[axis] {
        offsets &-= strides[axis] &* extents[axis]
        index[axis] = 0
        axis -= 1
        index[axis] += 1
        offsets &+= strides[axis]
      }
    }
  }
}

extension Int {
  /// The product of two numbers that are not negative, or `Int.max`.
  package func multipliedSaturating(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
