import CAllocationCounter

/// Counts the memory allocations of the thread that made it and of all threads started from there on.
///
/// Make it before what is to be measured starts its threads, warm up, then call `count`:
///
///     let allocations = AllocationCounter.measuring { counter in
///       let pool = ...
///       pool.run()
///       return counter.count { pool.run() }
///     }
package struct AllocationCounter: ~Copyable {
  private let group: OpaquePointer

  /// Whether allocations are counted in this build. They are not under a sanitizer: disable a test with this.
  package static var isAvailable: Bool { ac_counts() }

  /// Runs `body` with a counter. All threads that it starts must have ended when it returns. Calls do not nest.
  package static func measuring<R, E: Error>(_ body: (borrowing AllocationCounter) throws(E) -> R) throws(E) -> R? {
    guard let group = ac_enter() else { return nil }
    defer { ac_leave(group) }
    return try body(AllocationCounter(group: group))
  }

  private init(group: OpaquePointer) { self.group = group }

  /// Calls of malloc and its kin while `body` ran.
  package func count<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Int {
    let before = ac_count(group)
    try body()
    return Int(ac_count(group) - before)
  }

  /// Bytes that malloc and its kin were asked for while `body` ran. What was given back meanwhile is not taken off, so
  /// `body` never used more than this at once.
  package func bytes<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Int {
    let before = ac_bytes(group)
    try body()
    return Int(ac_bytes(group) - before)
  }
}
