import CKernels

/// Checks a `.edge` file's bytes before anything relies on them, and finds its sections.
package enum PlanReader {
  /// The header, with every section inside the file.
  package static func header(_ bytes: UnsafeRawBufferPointer) throws(PlanError) -> PlanHeader {
    guard bytes.count >= MemoryLayout<PlanHeader>.size else {
      throw .malformed(reason: "it has only \(bytes.count) bytes: it is truncated, or no .edge file")
    }
    let header = bytes.loadUnaligned(as: PlanHeader.self)
    guard header.magic == PlanHeader.magic else { throw .malformed(reason: "it does not begin with EDGEPLAN") }
    guard header.version == PlanHeader.currentVersion else {
      throw .malformed(
        reason: "it has version \(header.version), this program reads \(PlanHeader.currentVersion): compile it again")
    }
    guard header.fileBytes == UInt64(bytes.count) else {
      throw .malformed(reason: "it has \(bytes.count) bytes and should have \(header.fileBytes): it is truncated")
    }
    var end = UInt64(MemoryLayout<PlanHeader>.size)
    for section in [
      header.tensors, header.instructions, header.bindings, header.metadata, header.strings, header.weights,
    ] {
      let (sum, overflow) = section.offset.addingReportingOverflow(section.bytes)
      guard !overflow, section.offset >= end, sum <= header.fileBytes,
        section.offset % UInt64(PlanHeader.alignment) == 0
      else { throw .malformed(reason: "a section lies outside the file") }
      end = sum
    }
    guard header.arenaBytes <= Plan.maximumArenaBytes, header.scratchBytes <= Plan.maximumScratchBytes else {
      throw .malformed(reason: "it asks for \(header.arenaBytes) bytes of memory")
    }
    return header
  }

  /// The kernels that the plan's weights are packed for.
  static func kernels(_ header: PlanHeader) throws(PlanError) -> UnsafePointer<ek_kernels> {
    guard let kernels = ek_kernels_for(ek_isa(header.isa)) else {
      throw .unsupported(
        reason: "the plan was compiled for an instruction set (number \(header.isa)) that this machine has not: "
          + "compile the model again with --for and one that `info` lists")
    }
    return kernels
  }

  /// Checks checksums, tensors, bindings, metadata, strings and every instruction.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ header: PlanHeader, _ kernels: UnsafePointer<ek_kernels>, verifyWeights: Bool
  ) throws(PlanError) {
    guard planChecksum(bytes, header) == header.planChecksum else {
      throw .malformed(reason: "its checksum is wrong: it is damaged")
    }
    if verifyWeights, weightsChecksum(section(bytes, header.weights)) != header.weightsChecksum {
      throw .malformed(reason: "the checksum of its weights is wrong: it is damaged")
    }
    try checkStrings(bytes, header)
    try checkTensors(bytes, header)
    try checkBindings(bytes, header)
    try checkInstructions(bytes, header, kernels)
  }

  private static func checkStrings(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader) throws(PlanError) {
    let strings = section(bytes, header.strings)
    guard strings.count > 0, strings.count < 1 << 30, strings[strings.count - 1] == 0 else {
      throw .malformed(reason: "its texts do not end")
    }
    let metadata = section(bytes, header.metadata)
    guard metadata.count % 8 == 0 else { throw .malformed(reason: "its metadata is cut off") }
    for offset in stride(from: 0, to: metadata.count, by: 4) {
      guard Int(metadata.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) < strings.count else {
        throw .malformed(reason: "its metadata points outside its texts")
      }
    }
  }

  private static func checkTensors(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader) throws(PlanError) {
    guard Int(header.tensors.bytes) % MemoryLayout<TensorRecord>.stride == 0 else {
      throw .malformed(reason: "its tensor table is cut off")
    }
    for (index, record) in tensors(bytes, header).enumerated() {
      let limit = record.storage == TensorStorage.weights.rawValue ? header.weights.bytes : header.arenaBytes
      guard let type = ElementType(rawValue: record.type), Int(record.rank) <= maximumRank,
        TensorStorage(rawValue: record.storage) != nil, UInt64(record.name) < header.strings.bytes,
        let end = byteEnd(record, type), end <= limit,
        record.byteOffset % UInt64(type.byteCount) == 0
      else { throw .malformed(reason: "tensor \(index) lies outside its memory") }
    }
  }

  /// The first byte behind a tensor, or nil where its numbers make no sense.
  private static func byteEnd(_ record: TensorRecord, _ type: ElementType) -> UInt64? {
    guard record.byteOffset <= Plan.maximumArenaBytes else { return nil }
    // Extents and strides are below 2^31 and there are 8: products stay below 2^62, sums below 2^65 need a check.
    var last: UInt64 = 0
    var isEmpty = false
    for axis in 0..<maximumRank {
      let (extent, stride) = (record.shape[axis], record.strides[axis])
      guard extent >= 0, stride >= 0, axis < Int(record.rank) || (extent == 1 && stride == 0) else { return nil }
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (sum, overflow) = last.addingReportingOverflow(UInt64(extent - 1) * UInt64(stride))
      guard !overflow, sum <= Plan.maximumArenaBytes else { return nil }
      last = sum
    }
    return record.byteOffset + (isEmpty ? 0 : (last + 1) * UInt64(type.byteCount))
  }

  private static func checkBindings(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader) throws(PlanError) {
    let bindings = section(bytes, header.bindings)
    let count = UInt64(header.inputCount) + UInt64(header.outputCount)
    guard UInt64(bindings.count) == count * 8 else { throw .malformed(reason: "its inputs and outputs are cut off") }
    let tensors = tensors(bytes, header)
    for index in 0..<Int(count) {
      let tensor = Int(bindings.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
      let name = bindings.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self)
      guard tensor < tensors.count, UInt64(name) < header.strings.bytes else {
        throw .malformed(reason: "an input or output names no tensor")
      }
      let isInput = index < Int(header.inputCount)
      guard !isInput || tensors[tensor].storage == TensorStorage.arena.rawValue else {
        throw .malformed(reason: "an input lies in the weights")
      }
    }
  }

  private static func checkInstructions(
    _ bytes: UnsafeRawBufferPointer, _ header: PlanHeader, _ kernels: UnsafePointer<ek_kernels>
  ) throws(PlanError) {
    let stream = section(bytes, header.instructions)
    let size = MemoryLayout<InstructionHeader>.size
    var offset = 0
    var validation = InstructionValidation(
      validator: PlanValidator(
        tensors: tensors(bytes, header), position: 0, weights: section(bytes, header.weights), kernels: kernels),
      scratchBytes: header.scratchBytes)
    while offset < stream.count {
      guard stream.count - offset >= size else { throw .malformed(reason: "its instructions are cut off") }
      let instruction = stream.loadUnaligned(fromByteOffset: offset, as: InstructionHeader.self)
      guard let opcode = Opcode(rawValue: instruction.opcode) else {
        throw .malformed(
          reason: "instruction \(validation.validator.position) has the unknown code \(instruction.opcode)")
      }
      guard Int(instruction.payloadBytes) >= opcode.payloadBytes, instruction.payloadBytes % 8 == 0,
        Int(instruction.payloadBytes) <= stream.count - offset - size, let base = stream.baseAddress,
        UInt64(instruction.node) < header.strings.bytes
      else { throw .malformed(reason: "instruction \(validation.validator.position) is cut off") }
      try opcode.dispatch(base + offset + size, &validation)
      offset += size + Int(instruction.payloadBytes)
      validation.validator.position += 1
    }
  }

  package static func section(_ bytes: UnsafeRawBufferPointer, _ section: PlanHeader.Section) -> UnsafeRawBufferPointer
  {
    UnsafeRawBufferPointer(rebasing: bytes[Int(section.offset)..<Int(section.offset + section.bytes)])
  }

  static func tensors(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader) -> UnsafeBufferPointer<TensorRecord> {
    section(bytes, header.tensors).assumingMemoryBound(to: TensorRecord.self)
  }

  static func string(_ bytes: UnsafeRawBufferPointer, _ header: PlanHeader, _ offset: UInt32) -> String {
    let strings = section(bytes, header.strings)
    var end = Int(offset)
    while strings[end] != 0 { end += 1 }
    return String(decoding: strings[Int(offset)..<end], as: UTF8.self)
  }
}

/// Checks one instruction: that it is sound, and that the scratch memory is large enough for it.
private struct InstructionValidation: InstructionVisitor {
  var validator: PlanValidator
  let scratchBytes: UInt64

  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(PlanError) {
    try instruction.validate(validator)
    let needed = instruction.scratchBytes(validator)
    guard needed >= 0, UInt64(needed) <= scratchBytes else {
      throw .malformed(reason: "instruction \(validator.position) needs \(needed) bytes of scratch memory")
    }
  }
}
