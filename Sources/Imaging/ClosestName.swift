/// Finds what somebody probably meant to type.
package enum ClosestName {
  /// The candidate with the fewest single-letter changes (insert, delete, replace) from `name`, if they are at most a
  /// third of its length (and at least one). Ties go to the first. Long names are not searched for.
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
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
