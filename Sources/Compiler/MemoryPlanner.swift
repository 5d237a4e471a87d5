/// Gives every buffer a place in one arena so that buffers alive at the same time never overlap.
package enum MemoryPlanner {
  /// A buffer: its size and the first and last step at which it is alive, both inclusive.
  package struct Lifetime: Sendable {
    package var byteCount: Int
    package var first: Int
    package var last: Int

    package init(byteCount: Int, first: Int, last: Int) {
      self.byteCount = byteCount
      self.first = first
      self.last = last
    }
  }

  /// Offsets for all buffers and the arena's size, all multiples of `alignment`.
  ///
  /// Greedy by size: the largest buffer first, each at the lowest offset that is free for its whole life. For
  /// networks, whose largest tensors overlap little, this is within a few percent of the lower bound.
  /// - Complexity: O(n^2) in the number of buffers.
  package static func plan(_ buffers: [Lifetime], alignment: Int = 64) -> (offsets: [Int], arenaBytes: Int) {
    var offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [(range: Range<Int>, lifetime: Lifetime)] = []
    var arenaBytes = 0
    let order = buffers.indices.sorted { (buffers[$1].byteCount, $0) < (buffers[$0].byteCount, $1) }
    for index in order where buffers[index].byteCount > 0 {
      let buffer = buffers[index]
      let size = (buffer.byteCount + alignment - 1) / alignment * alignment
      var offset = 0
      // `placed` is sorted by offset, so the first gap that is wide enough is the lowest.
      for other in placed where other.lifetime.first <= buffer.last && buffer.first <= other.lifetime.last {
        if other.range.lowerBound >= offset + size { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[index] = offset
      arenaBytes = max(arenaBytes, offset + size)
      let position = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
      placed.insert((offset..<(offset + size), buffer), at: position)
    }
    return (offsets, arenaBytes)
  }
}
