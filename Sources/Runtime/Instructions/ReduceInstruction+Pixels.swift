import CKernels

/// Sums and means of float32 over pixels of NHWC memory: what global pooling is.
extension ReduceInstruction {
  /// Whether neighbouring outputs have neighbouring inputs, and their sum is what is wanted.
  static func sumsPixels(_ function: ReduceFunction, _ input: TensorView, _ kept: StridedLoop) -> Bool {
    (function == .sum || function == .mean) && input.type == .float32 && kept.step[0] == 1 && kept.step[1] == 1
  }

  /// The sums of `n` neighbouring columns as `function` finishes them, added up in double precision row by row without
  /// widening rows first. `sums` has room for `n`.
  static func sumPixels(
    _ function: ReduceFunction, _ input: UnsafePointer<Float>, _ reduced: StridedLoop, columns n: Int,
    to output: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Double>, _ kernels: UnsafePointer<ek_kernels>
  ) {
    guard let kernel = kernels.pointee.f32_column_sums else { return }
    sums.update(repeating: 0, count: n)
    let step = reduced.step[0]
    reduced.forEachRun { offsets, length in kernel(length, n, input + offsets[0], step, sums) }
    // Sums and means are all that come here.
    let count = function == .mean ? Double(reduced.count) : 1
    for i in 0..<n { output[i] = Float(sums[i] / count) }
  }
}
