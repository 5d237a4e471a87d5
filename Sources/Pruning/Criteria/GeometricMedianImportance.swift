/// Distance from the layer's geometric median (FPGM: He et al., CVPR 2019, arXiv 1811.00250):
/// `sum over the layer's other filters f of ||W_c - W_f||`.
///
/// A filter close to all others is near their geometric median, and what it says others say as well. O(filters^2).
package struct GeometricMedianImportance: ImportanceCriterion {
  package static let names = ["geometric-median"]
  package let name = "geometric-median"

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    let distances = FilterDistances(layer.filters)
    return (0..<layer.channels).map { filter in distances[filter].reduce(0) { $0 + Double($1) } }
  }
}
