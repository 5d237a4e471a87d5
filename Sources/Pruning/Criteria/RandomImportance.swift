import Runtime

/// Scores of [0, 1) that mean nothing: the control that every comparison of criteria needs.
///
/// Names: `random`, or `random-7` for another seed. A channel's score depends on seed, layer name and position only.
package struct RandomImportance: ImportanceCriterion {
  package static let names = ["random"]
  private let seed: UInt64

  package init?(name: String) {
    if name == "random" {
      seed = 1
    } else if name.hasPrefix("random-"), let seed = UInt64(name.dropFirst("random-".count)) {
      self.seed = seed
    } else {
      return nil
    }
  }

  package var name: String { seed == 1 ? "random" : "random-\(seed)" }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    (0..<layer.channels).map { RandomImportance.score(seed: seed, of: "\(layer.name)/\($0)") }
  }

  /// A number of [0, 1) that depends on the seed and the name only.
  static func score(seed: UInt64, of name: String) -> Double {
    let hash = Array("\(seed)/\(name)".utf8).withUnsafeBytes { xxh64($0) }
    return Double(hash >> 11) * 0x1p-53
  }
}
