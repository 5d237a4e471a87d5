extension Dataset {
  /// Divides the samples at random so that every class has the same share in every part.
  ///
  /// - Parameters:
  ///   - fractions: the share of each part, such as `[0.8, 0.1, 0.1]` for training, validation and test; together at
  ///     most 1, what remains belongs to no part.
  ///   - seed: the division depends on it alone.
  /// - Returns: as many data sets as fractions, disjoint, each in the order of the whole.
  /// - Complexity: O(n) in the number of samples.
  package func stratified(_ fractions: [Double], seed: UInt64) throws(DatasetError) -> [Dataset] {
    let total = fractions.reduce(0, +)
    guard !fractions.isEmpty, fractions.allSatisfy({ $0 >= 0 && $0 <= 1 }), total <= 1 + 1e-9 else {
      throw .invalidFractions(reason: "\(fractions) are not shares of 0 to 1 that sum to at most 1")
    }
    var members = [[Int]](repeating: [], count: classNames.count)
    for (index, sample) in samples.enumerated() where members.indices.contains(sample.classIndex) {
      members[sample.classIndex].append(index)
    }
    var part = [Int](repeating: -1, count: samples.count)
    for classIndex in members.indices {
      // A stream of its own for each class: one more picture of one class leaves the others' division as it was.
      var generator = SeededGenerator(seed: seed, stream: UInt64(classIndex))
      generator.shuffle(&members[classIndex])
      var begin = 0
      var share = 0.0
      for (index, fraction) in fractions.enumerated() {
        share += fraction
        let end = min(Int((share * Double(members[classIndex].count)).rounded()), members[classIndex].count)
        for member in members[classIndex][begin..<max(begin, end)] { part[member] = index }
        begin = max(begin, end)
      }
    }
    return fractions.indices.map { index in
      with(samples: samples.indices.filter { part[$0] == index }.map { samples[$0] })
    }
  }
}
