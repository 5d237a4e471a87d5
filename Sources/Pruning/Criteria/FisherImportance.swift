/// Second-order expansion of the loss by a channel with Fisher's information for its curvature (Theis et al., 2018, arXiv
/// 1801.05787; coupled channels: Group Fisher Pruning, Liu et al., ICML 2021, arXiv 2108.00708).
///
/// `1/2 mean over pictures of (sum over positions of A_c dL/dA_c)^2`: how much the loss would change, to second order,
/// were the channel zero. In a trained network derivatives of first order cancel out over pictures, and curvature is what
/// is left. A and L as for `TaylorImportance`.
package struct FisherImportance: ImportanceCriterion {
  package static let names = ["fisher"]
  package let name = "fisher"
  package let scale = ScoreScale.loss

  package init?(name: String) { if name != self.name { return nil } }

  package var needs: Set<ImportanceEvidence.Kind> { [.gradients] }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    try layer.gateGradients(for: self).squares.map { $0 / 2 }
  }
}
