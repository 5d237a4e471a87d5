import Graph
import Runtime
import Testing

/// A node whose gradient rule is checked against differences and as a plan.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let op: String
  let note: String
  let check: GradientCheck

  /// The operands and options of `GradientCheck`; `note` says what is special.
  init(
    _ op: String, _ operands: [Tensor?], _ attributes: [String: Attribute] = [:], _ note: String = "",
    wanted: [Int]? = nil, results: Int = 1, computed: [Int] = []
  ) {
    self.op = op
    self.note = note
    check = GradientCheck(op, operands, attributes, wanted: wanted, results: results, computed: computed)
  }

  var testDescription: String { note.isEmpty ? op : "\(op), \(note)" }

  /// All operators' cases.
  static let all: [GradientCase] = Array(
    [elementwise, activations, reductions, reshaping, indexing, padding, products, normalizations, resizing, layers]
      .joined())
}

/// Operands of gradient checks, in double: seeded, and away from where a function has no derivative.
enum Points {
  /// Numbers between bounds, none nearer than 0.05 to a kink.
  static func between(
    _ low: Double, _ high: Double, _ shape: [Int], kinks: [Double] = [], seed: UInt64 = 1
  ) -> Tensor {
    var random = TestRandom(seed: seed)
    let numbers = (0..<shape.reduce(1, *)).map { _ in
      var number = 0.0
      repeat {
        number = low + (random.number() + 1) / 2 * (high - low)
      } while kinks.contains { abs($0 - number) < 0.05 }
      return number
    }
    return Tensor(type: .float64, shape: shape, doubles: numbers)
  }

  /// Numbers between -1 and 1.
  static func any(_ shape: [Int], seed: UInt64 = 1) -> Tensor { between(-1, 1, shape, seed: seed) }

  /// Numbers that are all at least 0.1 apart, in no order.
  static func distinct(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
    var random = TestRandom(seed: seed)
    var numbers = (0..<shape.reduce(1, *)).map { Double($0) * 0.1 }
    for position in numbers.indices.dropFirst() {
      numbers.swapAt(position, Int(random.bits() % UInt64(position + 1)))
    }
    let centre = Double(numbers.count) * 0.05 + 0.025
    return Tensor(type: .float64, shape: shape, doubles: numbers.map { $0 - centre })
  }
}
