import CKernels

/// What an instruction does, in words and numbers, for profiles.
package struct InstructionSummary: Sendable {
  /// The kernel that does the work, with its tile and instruction set; empty where plain loops do it.
  package var kernel: String
  /// Multiply-accumulates as one counts them from the shapes, whatever a kernel saves of them; 0 for what is no product.
  package var multiplyAccumulates: Int
  /// Shape of the first result as it lies in memory (NHWC for pictures); empty without one.
  package var shape: [Int]

  package init(kernel: String = "", multiplyAccumulates: Int = 0) {
    self.kernel = kernel
    self.multiplyAccumulates = multiplyAccumulates
    shape = []
  }

  /// A kernel of a table: `what` with the tile of its matrix kernels.
  init(_ what: String, tileOf kernels: UnsafePointer<ek_kernels>, multiplyAccumulates: Int) {
    let table = kernels.pointee
    self.init(
      kernel: "\(what) \(table.gemm_mr)x\(table.gemm_nr) \(String(cString: table.name))",
      multiplyAccumulates: multiplyAccumulates)
  }
}
