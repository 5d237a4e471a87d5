import Datasets

/// How well a network labels a data set.
package struct EvaluationResult: Sendable {
  /// Pictures that were classified.
  package internal(set) var images = 0
  /// Pictures that could not be read.
  package internal(set) var skipped = SkippedPictures()
  /// Pictures whose class was ranked first.
  package internal(set) var firstHits = 0
  /// Pictures whose class was among the five ranked first.
  package internal(set) var fifthHits = 0
  /// Seconds from the first picture to the last.
  package internal(set) var seconds = 0.0
  /// `confusion[c][p]`: how many pictures of class c were taken for class p; nil unless asked for.
  package internal(set) var confusion: [[Int]]?
  /// Whether it was stopped before the last picture.
  package internal(set) var isPartial = false

  /// Share of pictures whose class was ranked first.
  package var top1: Double { images > 0 ? Double(firstHits) / Double(images) : 0 }
  /// Share of pictures whose class was among the first five.
  package var top5: Double { images > 0 ? Double(fifthHits) / Double(images) : 0 }
  /// Pictures a second, everything included.
  package var imagesPerSecond: Double { seconds > 0 ? Double(images) / seconds : 0 }

  /// Counts one picture.
  ///
  /// - Parameters:
  ///   - scores: One an output of the network.
  ///   - target: The output that stands for the picture's class.
  ///   - offset: Outputs before class 0, which are never an answer.
  mutating func count(_ scores: [Float], target: Int, classIndex: Int, offset: Int, classOf: [Int: Int]) {
    images += 1
    var rank = 0
    var best = offset
    for output in offset..<scores.count {
      // Of equal scores the lower output comes first, as in `ClassScore.ranking`.
      if scores[output] > scores[target] || (scores[output] == scores[target] && output < target) { rank += 1 }
      if scores[output] > scores[best] { best = output }
    }
    if rank == 0 { firstHits += 1 }
    if rank < 5 { fifthHits += 1 }
    if confusion != nil, let predicted = classOf[best] { confusion?[classIndex][predicted] += 1 }
  }
}
