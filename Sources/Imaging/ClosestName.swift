/// Finds what somebody probably meant to type.
package enum ClosestName {
  /// The candidate that the fewest changes (insert, delete or replace a letter, swap two neighbours) make of `name`, if
  /// they are at most a third of its length, or one. Ties go to the first. Names beyond 64 bytes have none.
  ///
  /// Time: candidates x their length x `name`'s.
  package static func match(for name: String, among candidates: [String]) -> String? {
    let typed = Array(name.utf8)
    guard typed.count <= 64 else { return nil }
    var best: String?
    var fewest = max(typed.count / 3, 1) + 1
    for candidate in candidates {
      let distance = changes(from: typed, to: Array(candidate.utf8))
      if distance < fewest {
        fewest = distance
        best = candidate
      }
    }
    return best
  }

  private static func changes(from a: [UInt8], to b: [UInt8]) -> Int {
    // Row i holds the changes from a's first i letters to each beginning of b.
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var fewest = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { fewest = min(fewest, beforeLast[j - 1] + 1) }
        row.append(fewest)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
