import Graph
import Runtime

extension GradientCase {
  /// Operators with detailed tests of their own: one case each says that they have a rule.
  static let layers: [GradientCase] = [
    GradientCase("Relu", [Points.between(-1, 1, [3, 5], kinks: [0])]),
    GradientCase(
      "Clip", [Points.between(-1, 1, [3, 5], kinks: [-0.5, 0.5]), Tensor(scalar: -0.5), Tensor(scalar: 0.5)],
      wanted: [0]),
    GradientCase(
      "BatchNormalization",
      [
        Points.any([2, 3, 4]), Points.any([3], seed: 2), Points.any([3], seed: 3), Points.any([3], seed: 4),
        Points.between(0.5, 2, [3]),
      ], wanted: [0, 1, 2]),
    GradientCase("Conv", [Points.any([2, 2, 4, 4]), Points.any([3, 2, 3, 3], seed: 2), Points.any([3], seed: 3)]),
    GradientCase(
      "ConvTranspose", [Points.any([2, 2, 3, 3]), Points.any([2, 3, 2, 2], seed: 2), Points.any([3], seed: 3)]),
    GradientCase("MaxPool", [Points.distinct([1, 2, 4, 4])], ["kernel_shape": .ints([2, 2])]),
    GradientCase("AveragePool", [Points.any([1, 2, 4, 4])], ["kernel_shape": .ints([2, 2])]),
    GradientCase("LpPool", [Points.between(0.2, 1, [1, 2, 4, 4])], ["kernel_shape": .ints([2, 2])]),
    GradientCase("GlobalMaxPool", [Points.distinct([1, 2, 4, 4])]),
    GradientCase("GlobalAveragePool", [Points.any([1, 2, 4, 4])]),
    GradientCase("GlobalLpPool", [Points.between(0.2, 1, [1, 2, 4, 4])]),
  ]
}
