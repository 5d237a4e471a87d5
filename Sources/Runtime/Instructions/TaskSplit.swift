/// Part `index` of `0..<total` cut into `count` parts whose sizes differ by at most one.
@inline(__always)
package func taskRange(_ index: Int, of count: Int, _ total: Int) -> Range<Int> {
  let (quotient, remainder) = (total / count, total % count)
  let start = index * quotient + min(index, remainder)
  return start..<(start + quotient + (index < remainder ? 1 : 0))
}

/// How many tasks to cut `units` equal pieces of work into.
///
/// - Parameter operations: Multiplications or the like in all; below some ten microseconds' worth a second worker
///   costs more than it saves.
package func taskCount(units: Int, operations: Int, threads: Int) -> Int {
  if threads <= 1 || operations < 150_000 { return 1 }
  // More tasks than workers even out cores of different speed, once a task is much longer than its start.
  let tasks = operations > 4_000_000 * threads ? 4 * threads : threads
  return max(1, min(tasks, units))
}
