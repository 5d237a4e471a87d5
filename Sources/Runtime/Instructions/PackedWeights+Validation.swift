import CKernels

extension PlanValidator {
  /// Throws unless `weights` is a contiguous float32 tensor of `groups` packed matrices, which micro-kernels may read
  /// to the end: `ek_f32_packed_gemm_count(columns, depth, taps, panel)` floats each.
  ///
  /// - Parameter panel: Columns of a panel, if not those of the instruction set.
  package func requirePackedMatrix(
    _ weights: TensorID, groups: Int, columns: Int, depth: Int, taps: Int, panel: Int? = nil
  ) throws(PlanError) {
    let usual = Int(try packedFor().gemm_nr)
    try requirePacked(weights, groups, columns, depth, taps, width: panel ?? usual)
  }

  /// The same for `ek_f32_packed_depthwise_count(channels, taps, nr)` floats.
  package func requirePackedDepthwise(_ weights: TensorID, channels: Int, taps: Int) throws(PlanError) {
    try requirePacked(weights, 1, channels, 1, taps, width: Int(packedFor().dwconv_nr))
  }

  /// The kernels that weights are packed for.
  func packedFor() throws(PlanError) -> ek_kernels {
    guard let kernels else {
      throw .unsupported(reason: "instruction \(position) has weights packed for another instruction set")
    }
    return kernels.pointee
  }

  private func requirePacked(
    _ id: TensorID, _ groups: Int, _ columns: Int, _ depth: Int, _ taps: Int, width: Int
  ) throws(PlanError) {
    let weights = try operand(id, "weights")
    let panels = width > 0 ? (columns + width - 1) / width * width : 0
    let (products, tooDeep) = depth.multipliedReportingOverflow(by: taps)
    let (rows, tooHigh) = products.addingReportingOverflow(1)
    let (matrix, tooLarge) = panels.multipliedReportingOverflow(by: rows)
    let (count, tooMany) = matrix.multipliedReportingOverflow(by: groups)
    try require(
      width > 0 && weights.type == .float32 && weights.isContiguous && !tooDeep && !tooHigh && !tooLarge && !tooMany
        && weights.count == count,
      "the packed weights do not have the size that kernel, channels and instruction set ask for")
  }
}
