extension Dataset {
  /// Divides the samples at random so that every class has the same share in every part, as nearly as whole pictures
  /// allow: a part's total is exact, and each class is within one picture of its share of what earlier parts left.
  ///
  /// - Parameters:
  ///   - sizes: of each part, such as `[.rest, .count(5000)]` for training and validation; together at most the whole,
  ///     what remains belongs to no part. Parts are filled in their order, `rest` last.
  ///   - seed: the division depends on it alone.
  /// - Returns: as many data sets as sizes, disjoint, each in the order of the whole.
  /// - Complexity: O(n) in the number of samples.
  package func stratified(_ sizes: [PartSize], seed: UInt64) throws(DatasetError) -> [Dataset] {
    let totals = try totals(of: sizes)
    var members = [[Int]](repeating: [], count: classNames.count)
    for (index, sample) in samples.enumerated() where members.indices.contains(sample.classIndex) {
      members[sample.classIndex].append(index)
    }
    for classIndex in members.indices {
      // A stream of its own for each class: one more picture of one class leaves the order of the others as it was.
      var generator = SeededGenerator(seed: seed, stream: UInt64(classIndex))
      generator.shuffle(&members[classIndex])
    }
    var parts = [[Int]](repeating: [], count: sizes.count)
    var used = [Int](repeating: 0, count: members.count)
    let inTurn = sizes.indices.filter { totals[$0] != nil } + sizes.indices.filter { totals[$0] == nil }
    for part in inTurn {
      let left = members.indices.map { members[$0].count - used[$0] }
      let taken = Self.apportioned(totals[part] ?? left.reduce(0, +), over: left)
      for classIndex in members.indices {
        let begin = used[classIndex]
        parts[part] += members[classIndex][begin..<(begin + taken[classIndex])]
        used[classIndex] += taken[classIndex]
      }
    }
    return parts.map { part in with(samples: part.sorted().map { samples[$0] }) }
  }

  /// How many samples each part gets, nil for the rest, checked.
  private func totals(of sizes: [PartSize]) throws(DatasetError) -> [Int?] {
    var totals: [Int?] = []
    var share = 0.0
    for size in sizes {
      if case .fraction(let fraction) = size { share += fraction }
      totals.append(try size.samples(of: samples.count))
    }
    guard !sizes.isEmpty, sizes.count(where: { $0 == .rest }) <= 1 else {
      throw .invalidSplit(reason: sizes.isEmpty ? "no parts" : "more than one part is 'rest'")
    }
    guard share <= 1 + 1e-9 else { throw .invalidSplit(reason: "the shares sum to \(share), and 1 is the whole") }
    var sum = totals.reduce(0) { $0 + ($1 ?? 0) }
    // Shares that sum to 1 may round up to a few pictures more than there are.
    for index in totals.indices.reversed() where sum > samples.count {
      guard case .fraction = sizes[index], let total = totals[index] else { continue }
      let given = min(total, sum - samples.count, sizes.count)
      totals[index] = total - given
      sum -= given
    }
    guard sum <= samples.count else {
      throw .invalidSplit(reason: "the parts have \(sum) pictures, and the data set has \(samples.count)")
    }
    return totals
  }

  /// Divides `total` in proportion to `sizes` by largest remainders; of equal ones the first comes first. `total` is at
  /// most the sum of `sizes`; no share is then larger than its size.
  private static func apportioned(_ total: Int, over sizes: [Int]) -> [Int] {
    let whole = sizes.reduce(0, +)
    guard whole > 0 else { return sizes }
    let products = sizes.map { $0.multipliedFullWidth(by: total) }
    var divided = products.map { whole.dividingFullWidth($0) }
    let missing = total - divided.reduce(0) { $0 + $1.quotient }
    let order = sizes.indices.sorted { left, right in
      (divided[right].remainder, left) < (divided[left].remainder, right)
    }
    for index in order.prefix(missing) { divided[index].quotient += 1 }
    return divided.map(\.quotient)
  }
}
