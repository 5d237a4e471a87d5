import Datasets
import Foundation

/// Mixup's weights.
enum MixingWeight {
  /// A number of 0...1 of the beta distribution with both parameters `alpha`, by Jöhnk's method (1964), in logarithms
  /// because the powers of small parameters underflow.
  ///
  /// Expected time: 1 draw of two numbers for small parameters, 2 for 1, 70 for 4.
  static func draw(alpha: Double, _ generator: inout SeededGenerator) -> Float {
    guard alpha > 0, alpha.isFinite else { return 1 }
    for _ in 0..<10_000 {
      // 1 - unit() is above 0, so that its logarithm is finite.
      let x = log(1 - generator.unit()) / alpha
      let y = log(1 - generator.unit()) / alpha
      let largest = max(x, y)
      let sum = exp(x - largest) + exp(y - largest)
      if largest + log(sum) <= 0 { return Float(exp(x - largest) / sum) }
    }
    return 0.5
  }
}
