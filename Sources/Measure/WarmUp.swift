/// Tells where timings have become steady: clocks rise, caches fill, branches are learnt, pages are touched.
package enum WarmUp {
  /// Blocks that differ by less than this part are the same.
  private static let tolerance = 0.01

  /// The index of the first steady value: that of the first whole block that the block after it is not clearly below,
  /// in median. Nil while timings are still falling, or where there are less than two blocks.
  ///
  /// - Parameters:
  ///   - timings: In any unit, in the order in which they were taken.
  ///   - block: Values a block, at least 1.
  package static func steadyStart(_ timings: [Double], block: Int) -> Int? {
    var start = 0
    while block > 0, timings.count - start >= 2 * block {
      guard let this = SampleBlock(timings[start..<start + block]),
        let next = SampleBlock(timings[start + block..<start + 2 * block])
      else { return nil }
      if !next.isClearlyBelow(this, by: tolerance) { return start }
      start += block
    }
    return nil
  }
}
