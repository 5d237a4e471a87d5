/// Agglomerative clustering by Ward's linkage: of all pairs of clusters those are merged whose union adds the least to
/// the squared distances from the clusters' centres.
struct WardClustering {
  /// Two clusters become one; each is named by its smallest point.
  struct Merge {
    let first: Int
    let second: Int
    /// `sqrt(2 |A| |B| / (|A| + |B|)) ||centre of A - centre of B||`: of two points their distance.
    let distance: Float
  }

  let count: Int
  /// All merges down to one cluster, by ascending distance: `count - 1` of them.
  let merges: [Merge]

  /// - Parameter points: `[count, size]`
  /// - Complexity: O(count^2 size), by chains of nearest neighbours (Murtagh, 1983).
  init(_ points: [Float], count: Int, size: Int) {
    self.count = count
    var centres = points
    var members = Array(repeating: Float(1), count: count)
    var alive = Array(0..<count)
    var chain: [Int] = []
    var found: [Merge] = []
    func distance(_ a: Int, _ b: Int) -> Float {
      centres.withUnsafeBufferPointer { all in
        2 * members[a] * members[b] / (members[a] + members[b])
          * FilterDistances.squared(
            UnsafeBufferPointer(rebasing: all[a * size..<(a + 1) * size]),
            UnsafeBufferPointer(rebasing: all[b * size..<(b + 1) * size]))
      }
    }
    while alive.count > 1 {
      if chain.isEmpty { chain.append(alive[0]) }
      let tip = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      // The one that the chain comes from wins ties, or the chain would never end.
      var nearest = previous
      var shortest = previous.map { distance(tip, $0) } ?? .infinity
      for other in alive where other != tip && other != previous {
        let length = distance(tip, other)
        if length < shortest || nearest == nil { (nearest, shortest) = (other, length) }
      }
      guard let nearest else { break }
      guard nearest == previous else {
        chain.append(nearest)
        continue
      }
      // Each other's nearest: one cluster now.
      chain.removeLast(2)
      let (kept, gone) = (min(tip, nearest), max(tip, nearest))
      found.append(Merge(first: kept, second: gone, distance: max(shortest, 0).squareRoot()))
      let total = members[kept] + members[gone]
      for index in 0..<size {
        centres[kept * size + index] =
          (members[kept] * centres[kept * size + index] + members[gone] * centres[gone * size + index]) / total
      }
      members[kept] = total
      alive.removeAll { $0 == gone }
    }
    // Merges of one distance stay in the order in which they were found: parts before the whole.
    merges = found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
      .map(\.element)
  }

  /// The distance of the merge that leaves so many clusters; 0 where none is needed.
  func distance(leaving clusters: Int) -> Float {
    let needed = count - max(clusters, 1)
    return needed > 0 && needed <= merges.count ? merges[needed - 1].distance : 0
  }

  /// For each point the number of its cluster, counted from 0, when all merges up to a distance are done.
  func clusters(upTo distance: Float) -> (of: [Int], count: Int) {
    var sets = DisjointSets()
    let labels = (0..<count).map { _ in sets.add() }
    for merge in merges where merge.distance <= distance { sets.merge(labels[merge.first], labels[merge.second]) }
    var numbers: [Int32: Int] = [:]
    let result = labels.map { label -> Int in
      let root = sets.root(label)
      if let known = numbers[root] { return known }
      numbers[root] = numbers.count
      return numbers.count - 1
    }
    return (result, numbers.count)
  }
}
