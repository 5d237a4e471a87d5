/// First-order Taylor expansion of the loss by a channel (Molchanov et al., ICLR 2017, arXiv 1611.06440; by gates:
/// CVPR 2019, arXiv 1906.10771).
///
/// `mean over pictures of |sum over positions of A_c dL/dA_c|`: how much the loss of a picture would change, to first
/// order, were the channel zero; it is the derivative by a gate that multiplies the channel. A is the activation behind
/// normalisation and activation function, L the picture's cross-entropy. The papers average over batches what they take
/// absolutely picture by picture (2017) or batch by batch (2019); the former does not depend on the batch size.
package struct TaylorImportance: ImportanceCriterion {
  package static let names = ["taylor"]
  package let name = "taylor"
  package let scale = ScoreScale.loss

  package init?(name: String) { if name != self.name { return nil } }

  package var needs: Set<ImportanceEvidence.Kind> { [.gradients] }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    try layer.gateGradients(for: self).magnitudes
  }
}
