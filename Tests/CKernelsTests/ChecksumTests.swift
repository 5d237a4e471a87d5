import CKernels
import TestSupport
import Testing

@Suite struct ChecksumTests {
  /// Every instruction set's against the definition, from an address that is not aligned.
  @Test(arguments: KernelSet.all) func polynomials(_ set: KernelSet) throws {
    var random = SeededRandom(seed: 11)
    let lanes = Int(EK_CHECKSUM_LANES)
    let factor = UInt32(truncatingIfNeeded: Int(EK_CHECKSUM_FACTOR))
    for blocks in [0, 1, 2, 7] {
      let words = (0..<blocks * lanes).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
      var bytes: [UInt8] = [0]
      for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
      let start = (0..<lanes).map { UInt32($0) }
      var expected = start
      for (position, word) in words.enumerated() {
        expected[position % lanes] = expected[position % lanes] &* factor &+ word
      }
      var found = start
      try bytes.withUnsafeBytes { bytes in
        set.kernels.u32_checksum(blocks, try #require(bytes.baseAddress) + 1, &found)
      }
      #expect(found == expected)
    }
  }
}
