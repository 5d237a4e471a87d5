import Graph
import Runtime

extension Tensor {
  /// The elements at some row-major positions; a negative position takes the one element of `fill`, or zero.
  ///
  /// Preconditions: positions are below the element count and as many as `shape` has; `fill` has this tensor's type.
  package func picking(_ positions: [Int], shape: [Int], fill: Tensor? = nil) -> Tensor {
    switch type.byteCount {
    case 1: picking(positions, shape, fill, as: UInt8.self)
    case 2: picking(positions, shape, fill, as: UInt16.self)
    case 4: picking(positions, shape, fill, as: UInt32.self)
    default: picking(positions, shape, fill, as: UInt64.self)
    }
  }

  private func picking<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ positions: [Int], _ shape: [Int], _ fill: Tensor?, as _: Bits.Type
  ) -> Tensor {
    let size = MemoryLayout<Bits>.size
    let missing = fill?.bytes.withUnsafeBytes { $0.loadUnaligned(as: Bits.self) } ?? 0
    let picked = bytes.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: positions.count * size) { target, count in
        for (index, position) in positions.enumerated() {
          let bits = position < 0 ? missing : source.loadUnaligned(fromByteOffset: position * size, as: Bits.self)
          UnsafeMutableRawBufferPointer(target).storeBytes(of: bits, toByteOffset: index * size, as: Bits.self)
        }
        count = positions.count * size
      }
    }
    return Tensor(type: type, shape: shape, bytes: picked)
  }

  /// Repeated to a larger shape by NumPy's rules. Precondition: this tensor's shape broadcasts to it.
  package func broadcast(to target: [Int]) -> Tensor {
    if shape == target { return self }
    return picking(Shape.positions(target, strides: Shape.broadcastStrides(shape, to: target)), shape: target)
  }

  /// A copy with some elements replaced: `values[i]` goes to row-major position `positions[i]`, the last one winning.
  package func replacing(_ positions: [Int], with values: Tensor) -> Tensor {
    var source = Array(0..<elementCount)
    for (index, position) in positions.enumerated() { source[position] = elementCount + index }
    let both = Tensor(type: type, shape: [elementCount + values.elementCount], bytes: bytes + values.bytes)
    return both.picking(source, shape: shape)
  }

  /// All elements as Int, each through a function that sees uint64 as unsigned and every other type as signed.
  func mapIntegers(signed: (Int) -> Int, unsigned: (UInt) -> UInt) -> [Int] {
    type == .uint64
      ? integers.map { Int(bitPattern: unsigned(UInt(bitPattern: $0))) } : integers.map(signed)
  }
}
