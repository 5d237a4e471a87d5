/// Sets of numbers that only ever merge (union-find).
///
/// Set 0 is special: what merges with it belongs to it.
struct DisjointSets: Sendable {
  private var parents: [Int32] = [0]

  /// Adds a set of one and returns its number.
  mutating func add() -> Int32 {
    parents.append(Int32(parents.count))
    return Int32(parents.count - 1)
  }

  var count: Int { parents.count }

  /// The smallest number of an element's set. Nearly O(1).
  mutating func root(_ element: Int32) -> Int32 {
    var element = element
    while parents[Int(element)] != element {
      // Halves the way for the next one.
      parents[Int(element)] = parents[Int(parents[Int(element)])]
      element = parents[Int(element)]
    }
    return element
  }

  mutating func merge(_ a: Int32, _ b: Int32) {
    if a == b { return }
    let (left, right) = (root(a), root(b))
    if left < right { parents[Int(right)] = left } else { parents[Int(left)] = right }
  }
}
