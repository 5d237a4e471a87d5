/// The importance criteria that this product knows.
package enum ImportanceCriteria {
  /// All of them.
  package static var all: [any ImportanceCriterion.Type] {
    [
      AttentionImportance.self, L1Importance.self, L2Importance.self, NormalizationScaleImportance.self,
      NormalizedActivationImportance.self, TaylorImportance.self, FisherImportance.self,
      GeometricMedianImportance.self, CrossLayerRankingImportance.self, KernelRepresentativeImportance.self,
      RandomImportance.self,
    ]
  }

  /// Every name with its usual parameters, in the order of the listing.
  package static var names: [String] { all.flatMap { $0.names } }

  /// The criterion of a name, such as `attention-p2` or `random-7`.
  package static func named(_ name: String) throws(PruningError) -> any ImportanceCriterion {
    for type in all {
      if let criterion = type.init(name: name) { return criterion }
    }
    throw .unknownCriterion(name: name, known: names)
  }
}
