import CKernels

/// What an instruction sees while it runs: tensors, scratch memory, kernels. Nothing in it owns anything.
package struct ExecutionContext: BitwiseCopyable {
  package let tensors: UnsafePointer<TensorRecord>
  package let arena: UnsafeMutableRawPointer
  package let weights: UnsafeRawPointer
  /// Scratch memory of worker 0; 64-byte aligned.
  package let scratch: UnsafeMutableRawPointer
  /// Bytes of scratch memory a worker, a multiple of 64.
  package let scratchBytes: Int
  /// How many workers run an instruction's tasks at the same time.
  package let threads: Int
  /// The micro-kernels of the instruction set that the plan was compiled for.
  package let kernels: UnsafePointer<ek_kernels>

  package init(
    tensors: UnsafePointer<TensorRecord>, arena: UnsafeMutableRawPointer, weights: UnsafeRawPointer,
    scratch: UnsafeMutableRawPointer, scratchBytes: Int, threads: Int, kernels: UnsafePointer<ek_kernels>
  ) {
    self.tensors = tensors
    self.arena = arena
    self.weights = weights
    self.scratch = scratch
    self.scratchBytes = scratchBytes
    self.threads = threads
    self.kernels = kernels
  }

  /// The view of a tensor. Precondition: `id` is present (plans are validated when they are loaded).
  @inline(__always)
  package func view(_ id: TensorID) -> TensorView {
    let record = tensors + Int(id.index)
    let offset = Int(record.pointee.byteOffset)
    let base =
      record.pointee.storage == TensorStorage.weights.rawValue
      ? UnsafeMutableRawPointer(mutating: weights + offset) : arena + offset
    return TensorView(
      base: base, type: ElementType(rawValue: record.pointee.type) ?? .uint8, rank: Int(record.pointee.rank),
      shape: record.pointee.shape, strides: record.pointee.strides)
  }

  /// The view of an operand that may be absent.
  @inline(__always)
  package func optionalView(_ id: TensorID) -> TensorView? { id.isPresent ? view(id) : nil }

  /// Scratch memory of one worker.
  @inline(__always)
  package func scratch(worker: Int) -> UnsafeMutableRawPointer { scratch + worker * scratchBytes }
}
