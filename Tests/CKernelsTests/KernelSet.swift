import CEmulatedKernels
import CKernels
import Testing

/// A table of kernels under test.
struct KernelSet: CustomTestStringConvertible, Sendable {
  let testDescription: String
  nonisolated(unsafe) let table: UnsafePointer<ek_kernels>

  init(_ table: UnsafePointer<ek_kernels>) {
    self.table = table
    testDescription = String(cString: table.pointee.name)
  }

  /// Those of every instruction set that this processor has, and the emulated one.
  static let all: [KernelSet] = {
    let sets: [ek_isa] = [
      EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_AVX512VNNI, EK_ISA_NEON, EK_ISA_NEONDOT, EK_ISA_NEONI8MM,
    ]
    return (sets.map { ek_kernels_for($0) } + [ek_emulated_kernels()]).compactMap { $0.map(KernelSet.init) }
  }()

  var kernels: ek_kernels { table.pointee }

  /// Scalar code rounds products before it adds them, all others once.
  var isFused: Bool { kernels.isa != EK_ISA_SCALAR }

  /// `sum + a * b` as this set rounds it.
  func multiplyAdd(_ sum: Float, _ a: Float, _ b: Float) -> Float {
    isFused ? sum.addingProduct(a, b) : sum + a * b
  }
}

/// `min(max(x, lower), upper)`, NaN where x is.
func clamp(_ x: Float, _ lower: Float, _ upper: Float) -> Float {
  let raised = x < lower ? lower : x
  return raised > upper ? upper : raised
}

/// Equal bits, or both not a number, or both zero.
func same(_ a: Float, _ b: Float) -> Bool { a == b || (a.isNaN && b.isNaN) }
