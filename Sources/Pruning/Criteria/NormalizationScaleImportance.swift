/// The scale of a channel's batch normalisation (Liu et al., Network Slimming, ICCV 2017, arXiv 1708.06519): `|gamma_c|`.
package struct NormalizationScaleImportance: ImportanceCriterion {
  package static let names = ["bn-scale"]
  package let name = "bn-scale"

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    try layer.normalization(for: name).scale.map { abs($0) }
  }
}

extension LayerEvidence {
  /// The layer's batch normalisation, for a criterion that cannot do without.
  func normalization(for criterion: String) throws(PruningError) -> Normalization {
    guard let normalization else {
      throw .notJudged(
        layer: name, criterion: criterion,
        reason: "no batch normalisation follows it: if the file has them folded into its convolutions, export it in "
          + "training form, or use attention, taylor, l1 or l2")
    }
    return normalization
  }
}
