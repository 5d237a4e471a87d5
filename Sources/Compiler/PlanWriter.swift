import CKernels
import Graph
import Operators
import Runtime

/// Turns a finished lowering into the bytes of a `.edge` file.
struct PlanWriter {
  let lowering: Lowering
  /// Name and view of each input and output.
  let inputs: [(name: String, view: LoweredView)]
  let outputs: [(name: String, view: LoweredView)]
  let metadata: [String: String]
  let statistics: GraphStatistics

  private var strings = StringTable()

  init(
    lowering: Lowering, inputs: [(name: String, view: LoweredView)], outputs: [(name: String, view: LoweredView)],
    metadata: [String: String], statistics: GraphStatistics
  ) {
    self.lowering = lowering
    self.inputs = inputs
    self.outputs = outputs
    self.metadata = metadata
    self.statistics = statistics
  }

  /// The file's bytes. Deterministic: the same lowering gives the same bytes.
  mutating func write() throws(GraphError) -> [UInt8] {
    var lowering = lowering
    let bindings = (inputs + outputs).map { (lowering.id($0.view), strings.add($0.name)) }
    let (weightOffsets, weights) = packConstants(lowering)
    let lifetimes = lifetimes(lowering)
    let (arenaOffsets, arenaBytes) = MemoryPlanner.plan(lifetimes, alignment: PlanHeader.alignment)
    guard UInt64(arenaBytes) <= Plan.maximumArenaBytes else {
      throw .malformed(reason: "it needs \(arenaBytes) bytes for activations: use a smaller input")
    }
    let records = lowering.views.map { record($0, lowering, weightOffsets, arenaOffsets) }
    let scratchBytes = scratchBytes(lowering.steps, records, weights, lowering.isa)

    var header = PlanHeader()
    header.isa = UInt32(lowering.isa.rawValue)
    header.arenaBytes = UInt64(max(arenaBytes, PlanHeader.alignment))
    header.scratchBytes = UInt64(scratchBytes)
    header.inputCount = UInt32(inputs.count)
    header.outputCount = UInt32(outputs.count)
    header.multiplyAccumulates = UInt64(statistics.multiplyAccumulates)
    header.parameters = UInt64(statistics.parameters)

    var file = SectionWriter()
    header.tensors = file.append(recordBytes(records))
    header.instructions = file.append(instructionBytes(lowering.steps))
    header.bindings = file.append(bindings.flatMap { littleEndian(UInt32($0.0.index)) + littleEndian($0.1) })
    header.metadata = file.append(
      metadata.sorted { $0.key < $1.key }.flatMap {
        littleEndian(strings.add($0.key)) + littleEndian(strings.add($0.value))
      })
    header.strings = file.append(strings.bytes)
    header.weights = file.append(weights)
    return file.finish(header)
  }

  /// All constants that some view reads, equal ones once.
  private func packConstants(_ lowering: Lowering) -> (offsets: [BufferID: Int], bytes: [UInt8]) {
    var offsets: [BufferID: Int] = [:]
    var known: [[UInt8]: Int] = [:]
    var bytes: [UInt8] = []
    for view in lowering.views where offsets[view.buffer] == nil {
      guard let constant = lowering.buffers[view.buffer.index].constant else { continue }
      if let offset = known[constant] {
        offsets[view.buffer] = offset
        continue
      }
      bytes.append(contentsOf: repeatElement(0, count: SectionWriter.padding(bytes.count)))
      offsets[view.buffer] = bytes.count
      known[constant] = bytes.count
      bytes.append(contentsOf: constant)
    }
    return (offsets, bytes)
  }

  private func lifetimes(_ lowering: Lowering) -> [MemoryPlanner.Lifetime] {
    var result = lowering.buffers.map { buffer in
      MemoryPlanner.Lifetime(
        byteCount: buffer.constant == nil ? buffer.byteCount : 0, first: buffer.isInput ? -1 : Int.max,
        last: buffer.isOutput ? lowering.steps.count : -1)
    }
    for (position, step) in lowering.steps.enumerated() {
      for buffer in step.reads + step.writes {
        result[buffer.index].first = min(result[buffer.index].first, position)
        result[buffer.index].last = max(result[buffer.index].last, position)
      }
    }
    // Memory that no instruction touches is needed only where the caller sees it.
    for (index, buffer) in lowering.buffers.enumerated() where result[index].first > result[index].last {
      result[index].byteCount = buffer.isOutput && buffer.constant == nil ? buffer.byteCount : 0
      result[index].first = -1
    }
    return result
  }

  private func record(
    _ view: LoweredView, _ lowering: Lowering, _ weightOffsets: [BufferID: Int], _ arenaOffsets: [Int]
  ) -> TensorRecord {
    let weight = weightOffsets[view.buffer]
    let base = weight ?? arenaOffsets[view.buffer.index]
    var shape = SIMD8<Int32>(repeating: 1)
    var strides = SIMD8<Int32>(repeating: 0)
    for axis in view.shape.indices {
      shape[axis] = Int32(view.shape[axis])
      // A stride is meaningless along one element and may be too large for its field.
      strides[axis] = view.shape[axis] == 1 ? Int32(clamping: view.strides[axis]) : Int32(view.strides[axis])
    }
    return TensorRecord(
      type: view.type, rank: view.rank, storage: weight == nil ? .arena : .weights, name: 0,
      byteOffset: UInt64(base + view.offset * view.type.byteCount), shape: shape, strides: strides)
  }

  private func scratchBytes(
    _ steps: [Lowering.Step], _ records: [TensorRecord], _ weights: [UInt8], _ isa: ek_isa
  ) -> Int {
    records.withUnsafeBufferPointer { records in
      weights.withUnsafeBytes { weights in
        var query = ScratchQuery(
          validator: PlanValidator(
            tensors: records, position: 0, weights: weights, kernels: ek_kernels_for(isa),
            tileLanes: InstructionSet(rawValue: isa.rawValue)?.tileLanes ?? 0))
        for step in steps { step.payload.withUnsafeBytes { bytes in query.ask(step.opcode, bytes) } }
        return (query.largest + PlanHeader.alignment - 1) / PlanHeader.alignment * PlanHeader.alignment
      }
    }
  }

  private func recordBytes(_ records: [TensorRecord]) -> [UInt8] { records.withUnsafeBytes { Array($0) } }

  private mutating func instructionBytes(_ steps: [Lowering.Step]) -> [UInt8] {
    var bytes: [UInt8] = []
    for step in steps {
      let padded = (step.payload.count + 7) / 8 * 8
      let header = InstructionHeader(
        opcode: step.opcode.rawValue, payloadBytes: UInt32(padded), node: strings.add(step.node))
      withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: step.payload)
      bytes.append(contentsOf: repeatElement(0, count: padded - step.payload.count))
    }
    return bytes
  }
}

/// The largest scratch memory that any instruction asks for.
private struct ScratchQuery: InstructionVisitor {
  let validator: PlanValidator
  var largest = 0

  mutating func ask(_ opcode: Opcode, _ payload: UnsafeRawBufferPointer) {
    if let base = payload.baseAddress { opcode.dispatch(base, &self) }
  }

  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(Never) {
    largest = max(largest, instruction.scratchBytes(validator))
  }
}

/// Texts of a plan, each once, ended by a zero byte; offset 0 is the empty text.
private struct StringTable {
  private(set) var bytes: [UInt8] = [0]
  private var offsets: [String: UInt32] = ["": 0]

  mutating func add(_ text: String) -> UInt32 {
    if let known = offsets[text] { return known }
    let offset = UInt32(bytes.count)
    // A zero byte inside would end the text early.
    bytes.append(contentsOf: text.utf8.filter { $0 != 0 })
    bytes.append(0)
    offsets[text] = offset
    return offset
  }
}

/// Lays out sections behind the header.
private struct SectionWriter {
  private var bytes = [UInt8](repeating: 0, count: MemoryLayout<PlanHeader>.size)

  static func padding(_ count: Int) -> Int {
    (PlanHeader.alignment - count % PlanHeader.alignment) % PlanHeader.alignment
  }

  mutating func append(_ section: [UInt8]) -> PlanHeader.Section {
    bytes.append(contentsOf: repeatElement(0, count: SectionWriter.padding(bytes.count)))
    let offset = bytes.count
    bytes.append(contentsOf: section)
    return PlanHeader.Section(offset: UInt64(offset), bytes: UInt64(section.count))
  }

  consuming func finish(_ header: PlanHeader) -> [UInt8] {
    var bytes = bytes
    var header = header
    header.fileBytes = UInt64(bytes.count)
    bytes.withUnsafeMutableBytes { file in
      let weights = Int(header.weights.offset)..<Int(header.weights.offset + header.weights.bytes)
      header.weightsChecksum = weightsChecksum(UnsafeRawBufferPointer(rebasing: file[weights]))
      header.planChecksum = planChecksum(UnsafeRawBufferPointer(file), header)
      file.storeBytes(of: header, as: PlanHeader.self)
    }
    return bytes
  }
}

private func littleEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
