import Runtime

/// A made-up input: numbers between -1 and 1 for floats, small ones for integers, zero for anything else. Zeros alone
/// would make some processors faster than they are, and what is left in memory from the run before slower.
struct BenchmarkInput {
  private let bytes: [UInt8]

  /// The same numbers for the same seed, on every machine.
  init(_ view: TensorView, seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let count = BenchmarkInput.extent(view)
    switch view.type {
    case .float32:
      let values = (0..<count).map { _ in Float(Int32(truncatingIfNeeded: generator.next() >> 32)) / 0x1p31 }
      bytes = values.withUnsafeBytes { Array($0) }
    case .uint8, .int8:
      bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 57) }
    case .uint16, .int16, .int32, .int64, .bool, .float16, .float64, .uint32, .uint64:
      bytes = [UInt8](repeating: 0, count: count * view.type.byteCount)
    }
  }

  func write(to view: TensorView) {
    UnsafeMutableRawBufferPointer(start: view.base, count: bytes.count).copyBytes(from: bytes)
  }

  /// Elements from the first to the last in memory.
  private static func extent(_ view: TensorView) -> Int {
    var last = 0
    for axis in 0..<view.rank {
      if view.extent(axis) == 0 { return 0 }
      last += (view.extent(axis) - 1) * view.stride(axis)
    }
    return last + 1
  }
}
