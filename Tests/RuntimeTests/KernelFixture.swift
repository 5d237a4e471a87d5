import CKernels
import Runtime
import TestSupport
import Testing

/// Instruction sets of this processor.
struct TestedKernels: CustomTestStringConvertible, Sendable {
  let isa: ek_isa
  let testDescription: String

  static let all: [TestedKernels] = [
    EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_NEON,
  ].compactMap { isa in
    ek_kernels_for(isa).map { TestedKernels(isa: isa, testDescription: String(cString: $0.pointee.name)) }
  }

  var kernels: ek_kernels { ek_kernels_for(isa)?.pointee ?? ek_kernels() }
  /// Scalar code rounds products before it adds them.
  var isFused: Bool { isa != EK_ISA_SCALAR }

  func multiplyAdd(_ sum: Float, _ a: Float, _ b: Float) -> Float {
    isFused ? sum.addingProduct(a, b) : sum + a * b
  }

  /// A function as this set computes it.
  func apply(_ activation: FusedActivation, _ x: Float) -> Float {
    if activation == .identity { return x }
    var (x, y) = (x, Float(0))
    _ = kernels.f32_unary(activation.function, 1, &x, &y, activation.alpha, activation.beta)
    return y
  }
}

/// Activations that kernels clamp to, and others.
let testActivations: [FusedActivation] = [
  .identity, FusedActivation(.relu), FusedActivation(.clip, alpha: -0.5, beta: 0.75), FusedActivation(.hardSwish),
  FusedActivation(.sigmoid),
]

/// Row-major strides of `[N, H, W, C]` with gaps: more floats a pixel, a row and an image than needed.
func gappedStrides(_ shape: [Int], pixel: Int, row: Int, image: Int) -> [Int] {
  let w = max(shape[3], 1) + pixel
  let h = max(shape[2], 1) * w + row
  return [max(shape[1], 1) * h + image, h, w, 1]
}

/// An instruction with one of its 32-bit fields replaced.
func mutated<I: PlanInstruction>(_ instruction: I, _ random: inout SeededRandom) -> I {
  var copy = instruction
  let interesting: [Int32] = [
    -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 100, 255, 256, 1 << 16, 1 << 20, 1 << 24, 1 << 30, .max, .min, -2,
  ]
  let random32 = Int32(truncatingIfNeeded: random.next())
  let value = random.pick(0...9) == 0 ? random32 : interesting[random.pick(0...(interesting.count - 1))]
  withUnsafeMutableBytes(of: &copy) { bytes in
    let field = random.pick(0...(bytes.count / 4 - 1))
    bytes.storeBytes(of: value, toByteOffset: field * 4, as: Int32.self)
  }
  return copy
}
