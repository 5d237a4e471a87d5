/// Numbers of channels that may go of one group at once.
package struct GroupCandidates {
  /// All channels, those of the lowest scores first.
  package let order: [Int]
  /// Up to a quarter of the group, by rising size, so that a multiple of channels stays; at most eight.
  package let numbers: [Int]
  /// Sums of the lowest scores.
  private let sums: [Double]

  /// - Parameters:
  ///   - scores: The loss that each channel promises to cost.
  ///   - multiple: What the number that stays is a multiple of.
  ///   - minimum: That stay at least.
  package init(_ scores: [Double], multiple: Int, minimum: Int) {
    order = scores.indices.sorted { (scores[$0], $1) < (scores[$1], $0) }
    sums = order.reduce(into: [0]) { $0.append(($0.last ?? 0) + scores[$1]) }
    let width = scores.count
    let step = (width + 32 * multiple - 1) / (32 * multiple) * multiple
    let least = max(minimum, width - width / 4)
    let rest = (width - 1) / step * step
    var numbers = stride(from: rest, through: least, by: -step).filter { $0 > 0 }.map { width - $0 }
    // A quarter of a narrow group may be less than a step.
    if numbers.isEmpty, rest >= minimum, rest > 0 { numbers = [width - rest] }
    self.numbers = numbers
  }

  /// The loss that the first so many channels promise to cost. Precondition: there are so many.
  package func promised(_ number: Int) -> Double { sums[number] }
}
