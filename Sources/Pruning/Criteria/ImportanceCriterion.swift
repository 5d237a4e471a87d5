/// How much the channels of a layer matter.
///
/// One criterion, one file. To add one: a type in a file named after it, and a line in `ImportanceCriteria`.
package protocol ImportanceCriterion: Sendable {
  /// Names in job files that stand for it with its usual parameters, the plain one first.
  static var names: [String] { get }

  /// The criterion of a name, parameters in it read; nil where the name is not its own.
  init?(name: String)

  /// The name in job files, parameters included.
  var name: String { get }

  /// What pictures must be run for; empty where weights tell everything.
  var needs: Set<ImportanceEvidence.Kind> { get }

  /// What scores can be compared with.
  var scale: ScoreScale { get }

  /// One score for each output channel of a layer; higher is more important.
  ///
  /// - Throws: `PruningError.notJudged` where what it needs is not there.
  func scores(of layer: LayerEvidence) throws(PruningError) -> [Double]

  /// The scores of all layers, in order. Only criteria that compare layers with one another state it.
  func scores(of layers: [LayerEvidence]) throws(PruningError) -> [[Double]]
}

extension ImportanceCriterion {
  package var needs: Set<ImportanceEvidence.Kind> { [] }

  package var scale: ScoreScale { .layer }

  package func scores(of layers: [LayerEvidence]) throws(PruningError) -> [[Double]] {
    var result: [[Double]] = []
    for layer in layers { result.append(try scores(of: layer)) }
    return result
  }
}
