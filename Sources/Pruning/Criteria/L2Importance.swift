/// The Euclidean norm of a filter's weights (as in He et al., Soft Filter Pruning, IJCAI 2018, arXiv 1808.06866):
/// `sqrt(sum W_c^2)`.
package struct L2Importance: ImportanceCriterion {
  package static let names = ["l2"]
  package let name = "l2"

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    (0..<layer.channels).map { channel in
      layer.filters[channel].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }
}
