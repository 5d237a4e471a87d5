/// How much a network believes in one class.
package struct ClassScore: Equatable, Sendable {
  /// The class, counted from 0; the network's output less the class offset.
  package let index: Int
  /// Its probability.
  package let score: Float

  package init(index: Int, score: Float) {
    self.index = index
    self.score = score
  }

  /// The `top` most probable classes, best first; of equals the lower index first.
  ///
  /// - Parameters:
  ///   - scores: One score an output, all finite.
  ///   - offset: Outputs before class 0, which are left out.
  /// - Complexity: outputs x `top` at worst; about outputs + `top` x `top` x log(outputs) on ordinary scores.
  package static func ranking(_ scores: [Float], top: Int, offset: Int = 0) -> [ClassScore] {
    var best: [ClassScore] = []
    guard top > 0, offset >= 0, offset < scores.count else { return best }
    let top = min(top, scores.count - offset)
    best.reserveCapacity(top + 1)
    for output in offset..<scores.count {
      let score = scores[output]
      if best.count == top, let worst = best.last, score <= worst.score { continue }
      var position = best.count
      while position > 0, best[position - 1].score < score { position -= 1 }
      best.insert(ClassScore(index: output - offset, score: score), at: position)
      if best.count > top { best.removeLast() }
    }
    return best
  }
}
