/// A loop over up to four strided views of one shape at the same time.
///
/// Axes of extent 1 are dropped, the rest sorted by the strides of the first view (so that it is written or read in the
/// order of memory) and merged where all views allow it: views of the same dense layout become one flat run, whatever
/// their layout is.
package struct StridedLoop: BitwiseCopyable {
  /// Axes that are left, at least 1.
  package private(set) var rank = 0
  /// Extents, outermost first.
  package private(set) var extents = SIMD8<Int>(repeating: 1)
  /// Distances in elements of each view.
  package private(set) var strides0 = SIMD8<Int>(repeating: 0)
  package private(set) var strides1 = SIMD8<Int>(repeating: 0)
  package private(set) var strides2 = SIMD8<Int>(repeating: 0)
  package private(set) var strides3 = SIMD8<Int>(repeating: 0)
  /// Number of elements.
  package private(set) var count = 1

  /// A loop over those axes of `shape` whose bit is set in `axes`; strides are those of the views, in their order.
  /// Precondition: the number of elements was found to be below 2^31 (`PlanOperand`).
  package init(
    _ shape: SIMD8<Int32>, axes: UInt32 = 0xFF, _ view0: SIMD8<Int32>, _ view1: SIMD8<Int32> = .init(),
    _ view2: SIMD8<Int32> = .init(), _ view3: SIMD8<Int32> = .init()
  ) {
    for axis in 0..<maximumRank where shape[axis] != 1 && axes >> UInt32(axis) & 1 == 1 {
      if shape[axis] <= 0 { count = 0 }
      insert(
        extent: Int(shape[axis]), Int(view0[axis]), Int(view1[axis]), Int(view2[axis]), Int(view3[axis]))
    }
    if count == 0 {
      (rank, extents) = (1, SIMD8(repeating: 0))
      return
    }
    merge()
    for axis in 0..<rank { count *= extents[axis] }
  }

  /// Adds an axis behind those with larger strides.
  private mutating func insert(extent: Int, _ s0: Int, _ s1: Int, _ s2: Int, _ s3: Int) {
    var position = rank
    while position > 0, precedes(s0, s1, s2, s3, position - 1) {
      move(position - 1, to: position)
      position -= 1
    }
    (extents[position], strides0[position], strides1[position]) = (extent, s0, s1)
    (strides2[position], strides3[position]) = (s2, s3)
    rank += 1
  }

  /// Whether strides belong outside of axis `other`.
  private func precedes(_ s0: Int, _ s1: Int, _ s2: Int, _ s3: Int, _ other: Int) -> Bool {
    if s0 != strides0[other] { return s0 > strides0[other] }
    if s1 != strides1[other] { return s1 > strides1[other] }
    if s2 != strides2[other] { return s2 > strides2[other] }
    return s3 > strides3[other]
  }

  private mutating func move(_ from: Int, to: Int) {
    extents[to] = extents[from]
    strides0[to] = strides0[from]
    strides1[to] = strides1[from]
    strides2[to] = strides2[from]
    strides3[to] = strides3[from]
  }

  /// Merges axes that lie evenly within each other in all views.
  private mutating func merge() {
    guard rank > 0 else {
      rank = 1
      return
    }
    var last = 0
    for axis in 1..<max(rank, 1) {
      let extent = extents[axis]
      if strides0[last] == strides0[axis] &* extent, strides1[last] == strides1[axis] &* extent,
        strides2[last] == strides2[axis] &* extent, strides3[last] == strides3[axis] &* extent
      {
        let merged = extents[last] * extent
        move(axis, to: last)
        extents[last] = merged
      } else {
        last += 1
        if last != axis { move(axis, to: last) }
      }
    }
    rank = last + 1
  }

  // MARK: Runs

  /// Extent of the innermost axis.
  @inline(__always)
  package var innerCount: Int { extents[rank - 1] }

  /// Distances between neighbours of a run in each view.
  @inline(__always)
  package var step: SIMD4<Int> {
    SIMD4(strides0[rank - 1], strides1[rank - 1], strides2[rank - 1], strides3[rank - 1])
  }

  /// Number of runs.
  package var runCount: Int { count == 0 ? 0 : count / innerCount }

  /// Elements of a flat loop that always stay together, so that a split never changes what a vector kernel computes.
  private static var grain: Int { 64 }

  /// Elements of simple work that are worth a second worker.
  package static var parallelWork: Int { 32768 }

  /// How many tasks a loop is worth when an element costs as much as `cost` additions; at most one a worker.
  package func taskCount(threads: Int, cost: Int = 1) -> Int {
    let units = rank == 1 ? (count + Self.grain - 1) / Self.grain : runCount
    return Self.taskCount(threads: threads, work: count * cost, units: units)
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

  /// Calls `body` with the offsets in elements of each view and the length of every run that belongs to a task.
  @inline(__always)
  package func forEachRun(task: Int = 0, of tasks: Int = 1, _ body: (SIMD4<Int>, Int) -> Void) {
    if count == 0 { return }
    if rank == 1 {
      let grains = Self.range((count + Self.grain - 1) / Self.grain, task: task, of: tasks)
      let start = grains.lowerBound * Self.grain
      let end = min(grains.upperBound * Self.grain, count)
      if start < end { body(step &* start, end - start) }
      return
    }
    forEachOuter(Self.range(runCount, task: task, of: tasks)) { offsets in body(offsets, innerCount) }
  }

  /// Calls `body` with the offsets of the runs in a range of their positions.
  @inline(__always)
  package func forEachOuter(_ range: Range<Int>, _ body: (SIMD4<Int>) -> Void) {
    var index = SIMD8<Int>(repeating: 0)
    var offsets = SIMD4<Int>(repeating: 0)
    var rest = range.lowerBound
    var axis = rank - 2
    while axis >= 0 {
      index[axis] = rest % extents[axis]
      rest /= extents[axis]
      offsets &+= strides(axis) &* index[axis]
      axis -= 1
    }
    var remaining = range.count
    while remaining > 0 {
      body(offsets)
      remaining -= 1
      axis = rank - 2
      while axis >= 0 {
        index[axis] += 1
        offsets &+= strides(axis)
        if index[axis] < extents[axis] { break }
        offsets &-= strides(axis) &* extents[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }

  /// Distances along an axis in each view.
  @inline(__always)
  private func strides(_ axis: Int) -> SIMD4<Int> {
    SIMD4(strides0[axis], strides1[axis], strides2[axis], strides3[axis])
  }
}
