import Foundation

/// Attention of a filter (AAP: Zhao, Jain and Zhao, AISTATS 2023, arXiv 2303.08595).
///
/// With A the layer's activation behind batch normalisation and ReLU, `mean over H x W of |mean over N of A[:, c]|^p`.
/// The paper's choice is p = 1 and the mean; p = 2 and 4, and the sum or the largest in place of the mean over space, are
/// the ones it was compared with. The paper takes one batch; here the mean over N is that of all calibration pictures.
///
/// Names: `attention`, then `-p2` or `-p4`, then `-sum` or `-max`: `attention-p2-max`.
package struct AttentionImportance: ImportanceCriterion {
  /// What becomes of the positions of a map.
  package enum Pooling: String, Sendable, CaseIterable {
    case mean
    case sum
    case max
  }

  private static let powers = [1, 2, 4]

  let power: Int
  let pooling: Pooling

  /// - Parameter power: 1, 2 or 4.
  init(power: Int, pooling: Pooling) {
    self.power = power
    self.pooling = pooling
  }

  package static var names: [String] {
    Pooling.allCases.flatMap { pooling in
      powers.map { AttentionImportance(power: $0, pooling: pooling).name }
    }
  }

  package init?(name: String) {
    let all = AttentionImportance.Pooling.allCases.flatMap { pooling in
      AttentionImportance.powers.map { AttentionImportance(power: $0, pooling: pooling) }
    }
    guard let known = all.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  package var name: String {
    (["attention"] + (power == 1 ? [] : ["p\(power)"]) + (pooling == .mean ? [] : [pooling.rawValue]))
      .joined(separator: "-")
  }

  package var needs: Set<ImportanceEvidence.Kind> { [.activations] }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    guard let map = layer.activation else {
      throw .notJudged(layer: layer.name, criterion: name, reason: "no pictures were run for its activations")
    }
    return (0..<layer.channels).map { channel in
      let values = map.means[channel * map.positions..<(channel + 1) * map.positions].lazy.map { mean -> Double in
        switch power {
        case 1: abs(mean)
        case 2: mean * mean
        default: pow(abs(mean), Double(power))
        }
      }
      return switch pooling {
      case .mean: values.reduce(0, +) / Double(Swift.max(map.positions, 1))
      case .sum: values.reduce(0, +)
      case .max: values.reduce(0, Swift.max)
      }
    }
  }
}
