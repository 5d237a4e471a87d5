import Graph
import Runtime

/// From int32 sums back to 8 bits: `saturate(round(sum * (a_scale * b_scale / y_scale)) + y_zero_point)`, halves to even.
struct Requantization {
  /// The factor of a sum, in single precision like ONNX Runtime's.
  static func factor(_ a: Double, _ b: Double, _ y: Double) -> Float { Float(a) * Float(b) / Float(y) }

  /// One element.
  static func apply(_ sum: Double, factor: Float, zeroPoint: Double, to type: ElementType) -> Double {
    let (least, greatest) = type.quantizedRange
    let scaled = Double((Float(sum) * factor).rounded(.toNearestOrEven)) + zeroPoint
    return min(max(scaled, least), greatest)
  }

  /// Emits it; scales and zero point are broadcast to the sums' shape.
  static func emit(
    _ sums: LoweredView, aScale: LoweredView, bScale: LoweredView, yScale: LoweredView, yZero: LoweredView,
    to y: LoweredView, into plan: inout Lowering
  ) {
    let (a, b) = (aScale.broadcast(to: sums.shape), bScale.broadcast(to: sums.shape))
    let (scale, zero) = (yScale.broadcast(to: sums.shape), yZero.broadcast(to: sums.shape))
    plan.emit(
      RequantizeInstruction(
        input: plan.id(sums), inputScale: plan.id(a), weightScale: plan.id(b), outputScale: plan.id(scale),
        outputZeroPoint: plan.id(zero), output: plan.id(y)),
      reads: [sums, a, b, scale, zero], writes: [y])
  }
}
