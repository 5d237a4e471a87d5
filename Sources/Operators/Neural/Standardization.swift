import Graph
import Runtime

/// `(x - mean) / sqrt(variance + epsilon)` over runs of elements: what the normalisations have in common.
struct Standardization {
  let epsilon: Float

  /// Standardises runs of `count` neighbouring elements; a mean and an inverse deviation for each run.
  func apply(_ x: [Double], run count: Int) -> (y: [Double], mean: [Double], inverseDeviation: [Double]) {
    var (y, means, factors) = (x, [Double](), [Double]())
    for start in stride(from: 0, to: x.count, by: max(count, 1)) {
      let run = x[start..<(start + count)]
      let mean = run.reduce(0, +) / Double(count)
      let variance = run.reduce(0) { $0 + ($1 - mean).squared } / Double(count)
      let factor = 1 / (variance + Double(epsilon)).squareRoot()
      for i in run.indices { y[i] = (x[i] - mean) * factor }
      means.append(mean)
      factors.append(factor)
    }
    return (y, means, factors)
  }

  /// Emits the normalisation of a view; scale and bias are broadcast to its shape, `mean` and `inverseDeviation` have
  /// extent 1 at the axes.
  func emit(
    _ x: LoweredView, axes: Range<Int>, scale: LoweredView?, bias: LoweredView?, to y: LoweredView,
    mean: LoweredView? = nil, inverseDeviation: LoweredView? = nil, into plan: inout Lowering
  ) throws(OperatorError) {
    guard x.type == .float32 else { throw .unsupported("\(x.type.name) in a compiled plan") }
    let (scale, bias) = (scale?.broadcast(to: x.shape), bias?.broadcast(to: x.shape))
    plan.emit(
      NormalizeInstruction(
        input: plan.id(x), scale: plan.id(scale), bias: plan.id(bias), output: plan.id(y), mean: plan.id(mean),
        inverseDeviation: plan.id(inverseDeviation), axes: axes.reduce(Int32(0)) { $0 | 1 << Int32($1) },
        epsilon: epsilon),
      reads: [x, scale, bias], writes: [y, mean, inverseDeviation])
  }
}
