extension Dataset {
  /// Which of a network's outputs stands for each class of this data set.
  ///
  /// By name, where the data set names its classes and each of these names is one of the labels (upper and lower case,
  /// `_` and blank alike): a folder with three of a network's sixteen classes is then still scored rightly. By index
  /// plus `offset` otherwise.
  ///
  /// - Parameters:
  ///   - outputs: how many outputs the network has.
  ///   - labels: the network's labels, one an output; nil where it has none.
  ///   - offset: added to class indices, 1 for networks whose class 0 is "background".
  /// - Returns: an output's index for each of `classNames`.
  package func targets(outputs: Int, labels: [String]?, offset: Int = 0) throws(DatasetError) -> [Int] {
    if kind != .index, offset == 0, let labels, labels.count == outputs {
      var indices: [String: Int] = [:]
      for (index, label) in labels.enumerated() where indices[Self.folded(label)] == nil {
        indices[Self.folded(label)] = index
      }
      let byName = classNames.compactMap { indices[Self.folded($0)] }
      if byName.count == classNames.count, Set(byName).count == byName.count { return byName }
    }
    let (largest, overflow) = (classNames.count - 1).addingReportingOverflow(offset)
    guard offset >= 0, !overflow, largest < outputs else {
      if kind == .index, offset >= 0, !overflow,
        let wrong = samples.first(where: { $0.classIndex + offset >= outputs })
      {
        throw .labelOutsideOutputs(
          name: name(of: wrong), label: wrong.classIndex, outputs: outputs, offset: offset)
      }
      throw .classesDoNotFit(path: path, classes: classNames.count, outputs: outputs, offset: offset)
    }
    return classNames.indices.map { $0 + offset }
  }

  private static func folded(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" || $0 == "-" ? " " : $0 })
  }
}
