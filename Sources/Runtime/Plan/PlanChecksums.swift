import CKernels

/// XXH64 of everything before the weights, the checksum's own field taken as zero.
package func planChecksum(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader) -> UInt64 {
  var header = header
  header.planChecksum = 0
  let headerSize = MemoryLayout<PlanHeader>.size
  let rest = UnsafeRawBufferPointer(rebasing: bytes[headerSize..<Int(header.weights.offset)])
  let first = withUnsafeBytes(of: &header) { xxh64($0) }
  return first ^ (xxh64(rest) &* 31)
}

/// The checksum of weights: polynomials of its words side by side, as wide as this machine's vectors, then XXH64 of those
/// and of what is left. Loading a plan reads all weights for it, so that it has to be as fast as memory.
///
/// It detects damage, not forgery. O(count).
package func weightsChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  let block = 4 * Int(EK_CHECKSUM_LANES)
  let blocks = bytes.count / block
  var lanes = [UInt32](repeating: 0, count: Int(EK_CHECKSUM_LANES))
  if blocks > 0, let base = bytes.baseAddress, let kernels = ek_kernels_for(ek_best_isa()) {
    lanes.withUnsafeMutableBufferPointer { lanes in
      if let lanes = lanes.baseAddress { kernels.pointee.u32_checksum?(blocks, base, lanes) }
    }
  }
  let rest = UnsafeRawBufferPointer(rebasing: bytes[(blocks * block)...])
  return lanes.withUnsafeBytes { xxh64($0) } ^ (xxh64(rest) &* 31)
}
