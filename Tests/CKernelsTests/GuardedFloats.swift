import Foundation

/// Floats that end where a page ends; the pages before and behind cannot be touched, so a stray access ends the process.
///
/// A pointer from `base` does not keep the memory alive: use `withExtendedLifetime` where nothing else does.
final class GuardedFloats {
  private let mapping: UnsafeMutableRawPointer
  private let mapped: Int
  /// The first of `count` floats.
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// What memory holds before anything is written: a NaN of its own.
  static let pattern = Float(bitPattern: 0x7FC5_A5A5)

  init(count: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let body = (count * 4 + page - 1) / page * page
    mapped = body + 2 * page
    guard let mapping = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapping != MAP_FAILED
    else { fatalError("no memory for a test") }
    self.mapping = mapping
    self.count = count
    mprotect(mapping, page, PROT_NONE)
    mprotect(mapping + page + body, page, PROT_NONE)
    base = (mapping + page + body - count * 4).assumingMemoryBound(to: Float.self)
    let all = (mapping + page).assumingMemoryBound(to: Float.self)
    all.initialize(repeating: GuardedFloats.pattern, count: body / 4)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for i in values.indices { base[i] = values[i] }
  }

  deinit { munmap(mapping, mapped) }

  subscript(_ i: Int) -> Float { base[i] }

  /// Whether an element still holds what it held before anything was written.
  func isUntouched(_ i: Int) -> Bool { base[i].bitPattern == GuardedFloats.pattern.bitPattern }
}
