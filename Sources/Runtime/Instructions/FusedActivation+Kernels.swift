import CKernels

extension FusedActivation {
  /// Whether the function is known and gives numbers, not truth values.
  package var isNumeric: Bool {
    if function == FusedActivation.identity.function { return true }
    switch UnaryFunction(rawValue: function) {
    case nil, .logicalNot, .isNaN, .isInfinite, .bitwiseNot: return false
    default: return true
    }
  }

  /// Applies the activation in place to `rows` rows of `columns` floats, `stride` apart.
  ///
  /// Kernels clamp while they store; this is for the other functions, while a tile is still in the cache.
  package func apply(
    to base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int, _ kernels: UnsafePointer<ek_kernels>
  ) {
    guard let unary = kernels.pointee.f32_unary, rows > 0, columns > 0 else { return }
    if stride == columns || rows == 1 {
      _ = unary(function, rows * columns, base, base, alpha, beta)
    } else {
      for row in 0..<rows { _ = unary(function, columns, base + row * stride, base + row * stride, alpha, beta) }
    }
  }
}
