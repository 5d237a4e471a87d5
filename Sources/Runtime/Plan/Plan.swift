import CKernels
import CPlatform

/// A compiled network: read-only, mapped from a `.edge` file or held in memory, shared by any number of sessions.
///
/// Nothing is parsed: tensors, instructions and weights are used where they lie. Everything that running relies on is
/// checked once, in `init`; afterwards a plan is immutable, which is what makes it safe to share between threads.
package final class Plan: @unchecked Sendable {
  /// No plan has a larger arena or more scratch: damaged headers must not lead to giant allocations.
  package static let maximumArenaBytes: UInt64 = 16 << 30
  package static let maximumScratchBytes: UInt64 = 1 << 30

  private let mapping: ep_mapping
  private let isMapped: Bool
  /// The file's header, checked.
  package let header: PlanHeader
  /// The kernels of the instruction set that the plan was compiled for.
  package let kernels: UnsafePointer<ek_kernels>

  /// Maps a `.edge` file.
  ///
  /// - Parameter verifyWeights: Whether the weights' checksum is compared too, which reads the whole file.
  package convenience init(path: String, verifyWeights: Bool = true) throws(PlanError) {
    var mapping = ep_mapping()
    let error = ep_map_file(path, &mapping)
    guard error == 0 else { throw .unreadable(file: path, reason: systemErrorText(error)) }
    try self.init(mapping: mapping, isMapped: true, verifyWeights: verifyWeights)
  }

  /// Copies the bytes of a `.edge` file that is in memory.
  package convenience init(copying bytes: [UInt8], verifyWeights: Bool = true) throws(PlanError) {
    guard let copy = ep_allocate(max(bytes.count, 1)) else { throw .outOfMemory(bytes: bytes.count) }
    UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyBytes(from: bytes)
    try self.init(adopting: copy, count: bytes.count, verifyWeights: verifyWeights)
  }

  /// Takes over the bytes of a `.edge` file, so that one that came over a wire is not in memory twice.
  ///
  /// - Parameter bytes: From `ep_allocate`; released with the plan, or now where this throws.
  package convenience init(
    adopting bytes: UnsafeMutableRawPointer, count: Int, verifyWeights: Bool = true
  ) throws(PlanError) {
    try self.init(
      mapping: ep_mapping(bytes: bytes, count: count), isMapped: false, verifyWeights: verifyWeights)
  }

  private init(mapping: ep_mapping, isMapped: Bool, verifyWeights: Bool) throws(PlanError) {
    // Everything is checked before the first property is set: from the last one on a throw would run `deinit` as well.
    let (header, kernels): (PlanHeader, UnsafePointer<ek_kernels>)
    do throws(PlanError) {
      let bytes = UnsafeRawBufferPointer(start: mapping.bytes, count: mapping.count)
      header = try PlanReader.header(bytes)
      kernels = try PlanReader.kernels(header)
      try PlanReader.check(bytes, header, kernels, verifyWeights: verifyWeights)
    } catch {
      Plan.release(mapping, isMapped)
      throw error
    }
    self.mapping = mapping
    self.isMapped = isMapped
    self.header = header
    self.kernels = kernels
  }

  deinit { Plan.release(mapping, isMapped) }

  private static func release(_ mapping: ep_mapping, _ isMapped: Bool) {
    if isMapped { ep_unmap(mapping) } else { ep_free(UnsafeMutableRawPointer(mutating: mapping.bytes)) }
  }

  /// The whole file.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mapping.bytes, count: mapping.count) }

  /// The tensor table.
  package var tensors: UnsafeBufferPointer<TensorRecord> { PlanReader.tensors(bytes, header) }

  /// The packed weights.
  package var weights: UnsafeRawBufferPointer { PlanReader.section(bytes, header.weights) }

  /// The instruction stream.
  package var instructions: InstructionStream {
    InstructionStream(PlanReader.section(bytes, header.instructions))
  }

  package var inputCount: Int { Int(header.inputCount) }
  package var outputCount: Int { Int(header.outputCount) }

  /// The tensor of an input. Precondition: `index < inputCount`.
  package func inputTensor(_ index: Int) -> TensorID { TensorID(Int(binding(index).tensor)) }
  package func inputName(_ index: Int) -> String { string(binding(index).name) }
  /// The tensor of an output. Precondition: `index < outputCount`.
  package func outputTensor(_ index: Int) -> TensorID { TensorID(Int(binding(inputCount + index).tensor)) }
  package func outputName(_ index: Int) -> String { string(binding(inputCount + index).name) }

  private func binding(_ index: Int) -> (tensor: UInt32, name: UInt32) {
    let section = PlanReader.section(bytes, header.bindings)
    return (
      section.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self),
      section.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self)
    )
  }

  /// A metadata value, such as `labels` or `preprocessing`; nil where there is none.
  package func metadata(_ key: String) -> String? {
    let section = PlanReader.section(bytes, header.metadata)
    for entry in 0..<(section.count / 8)
    where string(section.loadUnaligned(fromByteOffset: entry * 8, as: UInt32.self)) == key {
      return string(section.loadUnaligned(fromByteOffset: entry * 8 + 4, as: UInt32.self))
    }
    return nil
  }

  /// A text of the string section. Precondition: `offset` was checked when the plan was loaded.
  package func string(_ offset: UInt32) -> String { PlanReader.string(bytes, header, offset) }
}

/// The system's words for an errno value.
package func systemErrorText(_ error: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    guard let base = buffer.baseAddress, let text = ep_error_text(error, base, buffer.count) else { return "unknown" }
    return String(cString: text)
  }
}
