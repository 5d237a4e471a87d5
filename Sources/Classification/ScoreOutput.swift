import CKernels
import Runtime

/// Where a network leaves its scores: one float32 for each class in its first output.
package struct ScoreOutput: Equatable, Sendable {
  /// Number of scores.
  package let count: Int
  /// Distance in elements between neighbouring scores.
  private let stride: Int
  /// Whether scores are probabilities already; a softmax makes them so otherwise.
  private let areProbabilities: Bool

  /// Throws `unsuitableModel` unless the plan's first output has one score a class.
  package init(_ plan: Plan) throws(ClassificationError) {
    guard plan.outputCount > 0 else { throw .unsuitableModel(reason: "it has no output") }
    let record = plan.tensors[Int(plan.outputTensor(0).index)]
    guard let operand = PlanOperand(record) else { throw .plan(.malformed(reason: "its output is broken")) }
    let shape = (0..<operand.rank).map { operand.extent($0) }
    let long = shape.indices.filter { shape[$0] != 1 }
    guard operand.type == .float32, long.count <= 1, operand.count > 0 else {
      throw .unsuitableModel(
        reason: "its output '\(plan.outputName(0))' is \(operand.type.name) of the shape \(PictureInput.text(shape)), "
          + "where one float32 a class is expected")
    }
    count = operand.count
    stride = long.first.map { operand.stride($0) } ?? 1
    areProbabilities = plan.metadata("output_kind") == "probabilities"
  }

  /// Copies the scores out of the session's output as probabilities that sum up to 1.
  ///
  /// Precondition: `scores` has `count` elements. Throws `notFinite`.
  func read(_ view: TensorView, into scores: inout [Float]) throws(ClassificationError) {
    let values = view.pointer(as: Float.self)
    var largest = -Float.infinity
    for index in 0..<count {
      let value = values[index * stride]
      guard value.isFinite else { throw .notFinite }
      scores[index] = value
      largest = max(largest, value)
    }
    if areProbabilities { return }
    var sum: Double = 0
    for index in 0..<count {
      let power = em_exp(Double(scores[index] - largest))
      scores[index] = Float(power)
      sum += power
    }
    for index in 0..<count { scores[index] = Float(Double(scores[index]) / sum) }
  }
}
