import CKernels
import Testing

import Runtime

/// A Swift type that tensors of the tests hold.
protocol TestElement: BitwiseCopyable, Equatable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: TestElement { static var elementType: ElementType { .float32 } }
extension Double: TestElement { static var elementType: ElementType { .float64 } }
extension Float16: TestElement { static var elementType: ElementType { .float16 } }
extension Int8: TestElement { static var elementType: ElementType { .int8 } }
extension Int16: TestElement { static var elementType: ElementType { .int16 } }
extension Int32: TestElement { static var elementType: ElementType { .int32 } }
extension Int64: TestElement { static var elementType: ElementType { .int64 } }
extension UInt8: TestElement { static var elementType: ElementType { .uint8 } }
extension UInt16: TestElement { static var elementType: ElementType { .uint16 } }
extension UInt32: TestElement { static var elementType: ElementType { .uint32 } }
extension UInt64: TestElement { static var elementType: ElementType { .uint64 } }
extension Bool: TestElement { static var elementType: ElementType { .bool } }

/// Tensors and memory for one instruction: builds records, validates, runs all tasks one after another as if on several
/// workers, and checks that nothing outside the tensors made by `output` was written.
final class InstructionFixture {
  private(set) var records: [TensorRecord] = []
  private let arena: UnsafeMutableRawBufferPointer
  private let weights: UnsafeMutableRawBufferPointer
  private var arenaUsed = 0
  private var weightsUsed = 0
  private var writable: [Bool]
  private let kernelMemory: UnsafeMutablePointer<ek_kernels>
  /// Kernels of the context. All function pointers are nil unless a test sets them.
  var kernels: ek_kernels {
    get { kernelMemory.pointee }
    set { kernelMemory.pointee = newValue }
  }

  /// Memory is filled with a pattern that is no small number in any type.
  init(arenaBytes: Int = 4 << 20, weightBytes: Int = 1 << 20) {
    arena = .allocate(byteCount: arenaBytes, alignment: 64)
    weights = .allocate(byteCount: weightBytes, alignment: 64)
    kernelMemory = .allocate(capacity: 1)
    kernelMemory.initialize(to: ek_kernels())
    _ = arena.initializeMemory(as: UInt8.self, repeating: 0xA5)
    _ = weights.initializeMemory(as: UInt8.self, repeating: 0xA5)
    writable = Array(repeating: false, count: arenaBytes)
  }

  deinit {
    arena.deallocate()
    weights.deallocate()
    kernelMemory.deallocate()
  }

  // MARK: Tensors

  /// Row-major strides, or those of memory that lists the axes in `order`, outermost first; neighbours along the
  /// innermost axis lie `gap` elements apart.
  static func strides(_ shape: [Int], order: [Int]? = nil, gap: Int = 1) -> [Int] {
    var result = Array(repeating: 0, count: shape.count)
    var next = gap
    for axis in (order ?? Array(shape.indices)).reversed() {
      result[axis] = next
      next *= max(shape[axis], 1)
    }
    return result
  }

  /// A tensor with values given in logical row-major order, in the arena or the weights, with any strides.
  func input<T: TestElement>(
    _ values: [T], _ shape: [Int], strides: [Int]? = nil, storage: TensorStorage = .arena
  ) -> TensorID {
    precondition(values.count == shape.reduce(1, *), "a value for each element")
    let id = add(T.elementType, shape, strides ?? Self.strides(shape), storage)
    let base = pointer(id).assumingMemoryBound(to: T.self)
    for (value, offset) in zip(values, offsets(id)) { base[offset] = value }
    return id
  }

  /// A tensor in the weights.
  func weights<T: TestElement>(_ values: [T], _ shape: [Int], strides: [Int]? = nil) -> TensorID {
    input(values, shape, strides: strides, storage: .weights)
  }

  /// A tensor that the instruction may write.
  func output(_ type: ElementType, _ shape: [Int], strides: [Int]? = nil) -> TensorID {
    let id = add(type, shape, strides ?? Self.strides(shape), .arena)
    let start = Int(records[Int(id.index)].byteOffset)
    for offset in offsets(id) {
      for byte in 0..<type.byteCount { writable[start + offset * type.byteCount + byte] = true }
    }
    return id
  }

  /// Another view of a tensor's memory; `offset` counts elements.
  func view(_ id: TensorID, _ shape: [Int], strides: [Int], offset: Int = 0) -> TensorID {
    var record = records[Int(id.index)]
    let type = ElementType(rawValue: record.type) ?? .uint8
    record.byteOffset += UInt64(offset * type.byteCount)
    record.rank = UInt8(shape.count)
    record.shape = SIMD8(repeating: 1)
    record.strides = SIMD8(repeating: 0)
    for axis in shape.indices {
      record.shape[axis] = Int32(shape[axis])
      record.strides[axis] = Int32(strides[axis])
    }
    return addRecord(record)
  }

  /// The NumPy broadcast of a tensor to a shape: stride 0 along repeated axes.
  func broadcast(_ id: TensorID, to shape: [Int]) -> TensorID {
    let record = records[Int(id.index)]
    let missing = shape.count - Int(record.rank)
    let strides = shape.indices.map { axis in
      axis < missing || record.shape[axis - missing] == 1 ? 0 : Int(record.strides[axis - missing])
    }
    return view(id, shape, strides: strides)
  }

  /// A record of any content, for tests of `validate`.
  func addRecord(_ record: TensorRecord) -> TensorID {
    records.append(record)
    return TensorID(records.count - 1)
  }

  /// Changes a tensor's record, for tests of `validate`.
  func damage(_ id: TensorID, _ change: (inout TensorRecord) -> Void) { change(&records[Int(id.index)]) }

  /// A tensor's elements in logical row-major order.
  func values<T: TestElement>(_ id: TensorID, as _: T.Type = T.self) -> [T] {
    precondition(records[Int(id.index)].type == T.elementType.rawValue, "the tensor's own type")
    let base = pointer(id).assumingMemoryBound(to: T.self)
    return offsets(id).map { base[$0] }
  }

  // MARK: Running

  /// Validates an instruction on the tensors as they are.
  func validate<I: PlanInstruction>(_ instruction: I) throws(PlanError) {
    var failure: PlanError?
    records.withUnsafeBufferPointer { tensors in
      do throws(PlanError) {
        try instruction.validate(validator(tensors))
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Whether `validate` refuses an instruction.
  func refuses<I: PlanInstruction>(_ instruction: I) -> Bool {
    do throws(PlanError) {
      try validate(instruction)
      return false
    } catch { return true }
  }

  /// Validates and runs an instruction, its tasks in reverse order; `threads` is what `taskCount` is asked for.
  func run<I: PlanInstruction>(
    _ instruction: I, threads: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
  ) throws(PlanError) {
    try validate(instruction)
    let before = [UInt8](arena)
    let weightsBefore = [UInt8](weights)
    records.withUnsafeBufferPointer { tensors in
      guard let tensorBase = tensors.baseAddress, let arenaBase = arena.baseAddress,
        let weightBase = weights.baseAddress
      else { return }
      let needed = instruction.scratchBytes(validator(tensors))
      let perWorker = (needed + 63) / 64 * 64
      // A guard of 64 bytes follows the scratch memory of the last worker.
      let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: perWorker * threads + 64, alignment: 64)
      _ = scratch.initializeMemory(as: UInt8.self, repeating: 0xA5)
      defer { scratch.deallocate() }
      guard let scratchBase = scratch.baseAddress else { return }
      let context = ExecutionContext(
        tensors: tensorBase, arena: arenaBase, weights: UnsafeRawPointer(weightBase), scratch: scratchBase,
        scratchBytes: perWorker, threads: threads, kernels: kernelMemory)
      let count = instruction.taskCount(context)
      #expect(count >= 1, sourceLocation: sourceLocation)
      for task in (0..<count).reversed() {
        instruction.run(task: task, of: count, worker: task % threads, context)
      }
      #expect(
        scratch.suffix(64).allSatisfy { $0 == 0xA5 }, "wrote beyond its scratch memory", sourceLocation: sourceLocation)
    }
    var strayWrites = 0
    for index in before.indices where before[index] != arena[index] && !writable[index] { strayWrites += 1 }
    #expect(strayWrites == 0, "wrote outside its outputs", sourceLocation: sourceLocation)
    #expect(weightsBefore == [UInt8](weights), "wrote to the weights", sourceLocation: sourceLocation)
  }

  // MARK: Memory

  private func validator(_ tensors: UnsafeBufferPointer<TensorRecord>) -> PlanValidator {
    PlanValidator(
      tensors: tensors, position: 0, weights: UnsafeRawBufferPointer(weights),
      kernels: kernels.gemm_nr > 0 ? UnsafePointer(kernelMemory) : nil)
  }

  private func add(_ type: ElementType, _ shape: [Int], _ strides: [Int], _ storage: TensorStorage) -> TensorID {
    let last = zip(shape, strides).reduce(0) { $0 + max($1.0 - 1, 0) * $1.1 }
    let bytes = shape.contains(0) ? 0 : (last + 1) * type.byteCount
    // Tensors start on an odd multiple of their element size, with room between them.
    let used = storage == .arena ? arenaUsed : weightsUsed
    let start = (used + 63) / 64 * 64 + type.byteCount
    precondition(start + bytes + 64 <= (storage == .arena ? arena.count : weights.count), "the fixture is too small")
    if storage == .arena { arenaUsed = start + bytes + 64 } else { weightsUsed = start + bytes + 64 }
    var record = TensorRecord(
      type: type, rank: shape.count, storage: storage, name: 0, byteOffset: UInt64(start),
      shape: SIMD8(repeating: 1), strides: SIMD8(repeating: 0))
    for axis in shape.indices {
      record.shape[axis] = Int32(shape[axis])
      record.strides[axis] = Int32(strides[axis])
    }
    return addRecord(record)
  }

  private func pointer(_ id: TensorID) -> UnsafeMutableRawPointer {
    let record = records[Int(id.index)]
    let memory = record.storage == TensorStorage.weights.rawValue ? weights : arena
    guard let base = memory.baseAddress else { fatalError("the fixture has memory") }
    return base + Int(record.byteOffset)
  }

  /// Offsets in elements of all elements in logical row-major order.
  private func offsets(_ id: TensorID) -> [Int] {
    let record = records[Int(id.index)]
    var result = [0]
    for axis in 0..<Int(record.rank) {
      let extent = Int(record.shape[axis])
      let stride = Int(record.strides[axis])
      result = result.flatMap { offset in (0..<extent).map { offset + $0 * stride } }
    }
    return result
  }
}
