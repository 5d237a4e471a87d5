import Graph

/// How an operator's form changed from opset to opset, as far as the change matters to its meaning.
///
/// Versions that only allow more element types, or that only reword the description, are not listed: the newest form
/// means the same. Each was compared with the definitions in the `onnx` package (1.23.2, opset 28).
struct OperatorHistory: Sendable {
  /// One change of form: how a node from before it is written after it.
  struct Change: Sendable {
    /// The opset that changed the operator: nodes of earlier opsets need the upgrade. `.max` where nodes of all do.
    let opset: Int
    /// What changed, in a few words.
    let what: String
    let upgrade: @Sendable (inout Node, inout UpgradeContext) throws(ImportFailure) -> Void

    init(
      _ opset: Int, _ what: String,
      _ upgrade: @escaping @Sendable (inout Node, inout UpgradeContext) throws(ImportFailure) -> Void
    ) {
      self.opset = opset
      self.what = what
      self.upgrade = upgrade
    }
  }

  let name: String
  /// The first opset that has the operator.
  let since: Int
  /// The opset that no longer has it.
  let removed: Int?
  /// In ascending order of opsets.
  let changes: [Change]

  init(_ name: String, since: Int, removed: Int? = nil, _ changes: [Change] = []) {
    self.name = name
    self.since = since
    self.removed = removed
    self.changes = changes
  }

  /// The first opset that has the operator in its newest form.
  var newestForm: Int { changes.last { $0.opset != .max }?.opset ?? since }

  /// All operators that can be imported, by name.
  static let table = Dictionary(
    uniqueKeysWithValues: (changedOperators + unchangedOperators).map { ($0.name, $0) })

  /// Operators with a form that changed after opset 7: one file each.
  private static let changedOperators: [OperatorHistory] =
    [
      batchNormalization, clip, dropout, groupNormalization, pad, resize, slice, split, squeeze, topK, unsqueeze,
      upsample,
    ] + reductions + softmaxes
}
