import Datasets

/// Damages bytes in one of the ways in which files are damaged: flipped bits, other bytes, bytes lost, doubled or cut
/// off.
func mutate(_ bytes: inout [UInt8], with generator: inout SeededGenerator) {
  if bytes.isEmpty {
    bytes.append(UInt8(truncatingIfNeeded: generator.next()))
    return
  }
  let index = generator.below(bytes.count)
  switch generator.below(6) {
  case 0: bytes[index] ^= 1 << UInt8(generator.below(8))
  case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
  case 2: bytes[index] = [0, 0x22, 0x2c, 0x0a, 0x30, 0x39, 0x80, 0xff][generator.below(8)]
  case 3: bytes.removeSubrange(index..<min(bytes.count, index + generator.integer(1...40)))
  case 4: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + generator.integer(1...40))], at: index)
  default: bytes.removeLast(min(bytes.count, generator.integer(1...600)))
  }
}
