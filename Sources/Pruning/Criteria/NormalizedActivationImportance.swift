import Foundation

/// The mean of a channel behind ReLU that its batch normalisation promises (arXiv 2112.01155's assumption).
///
/// What the normalisation yields is taken for Gaussian with mean beta and deviation |gamma|. Then
/// `E[max(0, x)] = beta Phi(beta / |gamma|) + |gamma| phi(beta / |gamma|)`, Phi and phi the standard normal distribution
/// and density; `max(0, beta)` for gamma = 0. The same measure serves where no ReLU or another activation follows.
/// Reconstruction: the paper's own formula was not at hand.
package struct NormalizedActivationImportance: ImportanceCriterion {
  package static let names = ["bn-activation"]
  package let name = "bn-activation"

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    let normalization = try layer.normalization(for: name)
    return zip(normalization.bias, normalization.scale).map {
      NormalizedActivationImportance.expectation(mean: $0, deviation: abs($1))
    }
  }

  /// `E[max(0, x)]` of a Gaussian. Precondition: `deviation >= 0`.
  static func expectation(mean: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return max(0, mean) }
    let z = mean / deviation
    // By erfc, which keeps its digits far below zero.
    let distribution = 0.5 * erfc(-z * 0.5.squareRoot())
    let density = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    // A difference of nearly equal numbers there: rounding must not make it negative.
    return max(0, mean * distribution + deviation * density)
  }
}
