/// The sum of the absolute weights of a filter (Li et al., Pruning Filters for Efficient ConvNets, ICLR 2017,
/// arXiv 1608.08710): `sum |W_c|`.
package struct L1Importance: ImportanceCriterion {
  package static let names = ["l1"]
  package let name = "l1"

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    (0..<layer.channels).map { channel in layer.filters[channel].reduce(0) { $0 + Double(abs($1)) } }
  }
}
