/// Maps elements of every type to `Int64` so that the integers compare as the elements do: sorting and searching need
/// one version instead of one a type.
package enum OrderedKey {
  /// Keys of `count` elements, `stride` apart; they lie in the second block of `scratch` (2 blocks). Both zeros have one
  /// key, all NaN have the key `nan`.
  package static func load(
    _ type: ElementType, _ source: UnsafeRawPointer, stride: Int, count: Int, _ scratch: UnsafeMutableRawPointer,
    nan: Int64
  ) -> UnsafePointer<Int64> {
    let keys = (scratch + computeScratch(blocks: 1)).assumingMemoryBound(to: Int64.self)
    switch type.computeClass {
    case .double:
      let values = scratch.assumingMemoryBound(to: Double.self)
      Double.load(type, source, stride: stride, count: count, into: values)
      for i in 0..<count {
        // -0 + 0 is 0. Negative numbers' bits grow with the magnitude: turn all but the sign around.
        let bits = Int64(bitPattern: (values[i] + 0).bitPattern)
        keys[i] = values[i].isNaN ? nan : bits < 0 ? bits ^ .max : bits
      }
    case .signed:
      Int64.load(type, source, stride: stride, count: count, into: keys)
    case .unsigned:
      let values = scratch.assumingMemoryBound(to: UInt64.self)
      UInt64.load(type, source, stride: stride, count: count, into: values)
      for i in 0..<count { keys[i] = Int64(bitPattern: values[i] ^ 1 << 63) }
    }
    return UnsafePointer(keys)
  }
}
