import Graph
import Runtime

/// When the last output channels of a 1 x 1 convolution are computed by themselves (`NarrowConvolutionInstruction`), so that
/// they do not cost a whole vector. Their sums are rounded in another order than those of the other channels.
extension PackedConvolution {
  /// Numbers of an input that is read twice, which has to stay in a second-level cache.
  private static let largestInput = 160_000

  /// Vectors of output channels of which one more or less matters.
  private static let mostVectors = 8

  /// How many channels that are, for views `[N, H, W, C]`: none where a convolution is no matrix product with known weights,
  /// where they fill half a vector or are one of many, or where the input is too small or too large for it to pay.
  private func narrowColumns(_ input: LoweredView, _ output: LoweredView, _ plan: Lowering) -> Int {
    let pixels = input.elementCount / depth
    guard case .constant = weights, groups == 1, kernel == (1, 1), stride == (1, 1), plan.tileLanes > 0,
      input.shape.dropLast() == output.shape.dropLast(), depth >= 2 * plan.tileLanes,
      columns <= Self.mostVectors * plan.tileLanes, pixels >= plan.tileLanes, pixels <= Self.largestInput / depth
    else { return 0 }
    let rest = columns % plan.tileLanes
    return rest <= plan.tileLanes / 2 ? rest : 0
  }

  /// Emits the last output channels where they are few; returns what is left to do, nil if nothing is.
  func emitNarrowColumns(
    _ input: LoweredView, residual: LoweredView?, to output: LoweredView, activation: FusedActivation,
    into plan: inout Lowering
  ) -> (convolution: PackedConvolution, residual: LoweredView?, output: LoweredView)? {
    let few = activation.isClamp ? narrowColumns(input, output, plan) : 0
    guard few > 0, case .constant(let values, let bias) = weights else { return (self, residual, output) }
    let first = columns - few
    func channels(_ view: LoweredView, _ range: Range<Int>) -> LoweredView {
      view.sliced(axis: 3, start: range.lowerBound, count: range.count)
    }
    let (packed, shape) = NarrowConvolutionInstruction.packed(
      Array(values[(first * depth)...]), columns: few, depth: depth, lanes: plan.tileLanes)
    let weights = plan.constant(Tensor(packed, shape: shape))
    let addend = bias.isEmpty ? nil : plan.constant(Tensor(Array(bias[first...]), shape: [few]))
    let (target, added) = (channels(output, first..<columns), residual.map { channels($0, first..<columns) })
    plan.emit(
      NarrowConvolutionInstruction(
        input: plan.id(input), weights: plan.id(weights), bias: plan.id(addend), residual: plan.id(added),
        output: plan.id(target), activation: activation),
      reads: [input, weights, addend, added], writes: [target])
    if first == 0 { return nil }
    var rest = self
    rest.columns = first
    rest.weights = .constant(Array(values[..<(first * depth)]), bias: bias.isEmpty ? [] : Array(bias[..<first]))
    return (rest, residual.map { channels($0, 0..<first) }, channels(output, 0..<first))
  }
}
