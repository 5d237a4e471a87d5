/// Room for an error text that C code writes.
struct MessageBuffer: ~Copyable {
  let base: UnsafeMutablePointer<CChar>
  let count = 256

  init() {
    base = .allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  var string: String { String(cString: base) }

  deinit { base.deallocate() }
}
