import CKernels

/// The tensors of a plan as instructions see them while they are validated.
package struct PlanValidator {
  package let tensors: UnsafeBufferPointer<TensorRecord>
  /// Index of the instruction under validation, for messages.
  package var position: Int
  /// The plan's weights, for instructions that are driven by tables; without them such instructions are refused.
  package let weights: UnsafeRawBufferPointer?
  /// The kernels that weights are packed for; without them instructions with packed weights are refused.
  package let kernels: UnsafePointer<ek_kernels>?
  /// Tiles of an image side by side, for the instruction set that the plan is for (`InstructionSet.tileLanes`).
  package let tileLanes: Int

  /// - Parameter tileLanes: Where this machine need not have the kernels; else theirs.
  package init(
    tensors: UnsafeBufferPointer<TensorRecord>, position: Int, weights: UnsafeRawBufferPointer? = nil,
    kernels: UnsafePointer<ek_kernels>? = nil, tileLanes: Int? = nil
  ) {
    self.tensors = tensors
    self.position = position
    self.weights = weights
    self.kernels = kernels
    self.tileLanes = tileLanes ?? kernels?.pointee.tile_lanes ?? 0
  }

  /// The record of a tensor that must be present.
  package func tensor(_ id: TensorID, _ role: StaticString) throws(PlanError) -> TensorRecord {
    guard id.index >= 0, Int(id.index) < tensors.count else {
      throw .malformed(
        reason: "instruction \(position): operand '\(role)' names tensor \(id.index) of \(tensors.count)")
    }
    return tensors[Int(id.index)]
  }

  /// Throws `malformed` with the instruction's position unless `condition` holds.
  package func require(_ condition: Bool, _ complaint: StaticString) throws(PlanError) {
    if !condition { throw .malformed(reason: "instruction \(position): \(complaint)") }
  }
}

extension PlanValidator {
  /// An operand that is read, with every field of its record checked.
  package func operand(_ id: TensorID, _ role: StaticString) throws(PlanError) -> PlanOperand {
    let record = try tensor(id, role)
    guard let operand = PlanOperand(record) else {
      throw .malformed(
        reason: "instruction \(position): operand '\(role)' is tensor \(id.index), whose record is broken")
    }
    return operand
  }

  /// An operand that is read if it is there.
  package func optionalOperand(_ id: TensorID, _ role: StaticString) throws(PlanError) -> PlanOperand? {
    id.index == -1 ? nil : try operand(id, role)
  }

  /// An operand that is written: in the arena, and with no stride that repeats elements.
  package func result(_ id: TensorID, _ role: StaticString) throws(PlanError) -> PlanOperand {
    let operand = try operand(id, role)
    try require(!operand.isInWeights, "writes to the weights")
    for axis in 0..<operand.rank {
      try require(operand.shape[axis] <= 1 || operand.strides[axis] > 0, "writes to a broadcast tensor")
    }
    return operand
  }

  /// Throws unless two operands agree in rank and extents.
  package func requireSameShape(_ a: PlanOperand, _ b: PlanOperand) throws(PlanError) {
    try require(a.rank == b.rank && a.shape == b.shape, "the operands' shapes differ")
  }

  /// Throws unless a bias is float32 `[columns]` and contiguous, or left out.
  package func requireBias(_ id: TensorID, columns: Int) throws(PlanError) {
    guard let bias = try optionalOperand(id, "bias") else { return }
    try require(
      bias.type == .float32 && bias.rank == 1 && bias.extent(0) == columns && bias.isContiguous,
      "the bias does not fit")
  }

  /// The values of a contiguous tensor in the weights, to check what a table holds.
  package func values<T: BitwiseCopyable>(
    of operand: PlanOperand, as type: T.Type
  ) throws(PlanError) -> UnsafeBufferPointer<T> {
    let (bytes, overflow) = operand.count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard operand.isInWeights, operand.isContiguous, !overflow, let weights, let base = weights.baseAddress,
      operand.byteOffset <= weights.count, bytes <= weights.count - operand.byteOffset
    else {
      throw .malformed(reason: "instruction \(position): a table is not a contiguous tensor of the weights")
    }
    return UnsafeBufferPointer(
      start: (base + operand.byteOffset).assumingMemoryBound(to: type), count: operand.count)
  }
}
