import Graph
import Runtime

extension GradientCase {
  static let reductions: [GradientCase] = overAxes + cumulative + withZeros + best

  /// Every reduction along several axes, with and without keeping them.
  private static let overAxes: [GradientCase] = {
    let operands: [(op: String, x: Tensor)] = [
      ("ReduceSum", Points.any([2, 3, 4])), ("ReduceMean", Points.any([2, 3, 4])),
      ("ReduceSumSquare", Points.any([2, 3, 4])), ("ReduceL1", Points.between(-1, 1, [2, 3, 4], kinks: [0])),
      ("ReduceL2", Points.between(-1, 1, [2, 3, 4], kinks: [0])), ("ReduceLogSum", Points.between(0.2, 2, [2, 3, 4])),
      ("ReduceLogSumExp", Points.between(-3, 3, [2, 3, 4])), ("ReduceProd", Points.between(0.5, 1.5, [2, 3, 4])),
      ("ReduceMax", Points.distinct([2, 3, 4])), ("ReduceMin", Points.distinct([2, 3, 4])),
    ]
    let axes: [[Int64]?] = [nil, [], [0], [1], [-1], [0, 2], [-1, -2], [0, 1, 2]]
    var cases: [GradientCase] = []
    for (op, x) in operands {
      for list in axes {
        let tensor = list.map { Tensor($0, shape: [$0.count]) }
        for keeps in [0, 1] {
          cases.append(
            GradientCase(op, [x, tensor], ["keepdims": .int(keeps)], "axes \(list ?? [-99]), keepdims \(keeps)"))
        }
      }
      cases.append(GradientCase(op, [x], ["noop_with_empty_axes": .int(1)], "no axes at all"))
    }
    return cases
  }()

  private static let cumulative: [GradientCase] = {
    var cases: [GradientCase] = []
    for (exclusive, reverse) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      for axis in [0, 1, -1] {
        cases.append(
          GradientCase(
            "CumSum", [Points.any([2, 3, 4]), Tensor(scalar: Int64(axis))],
            ["exclusive": .int(exclusive), "reverse": .int(reverse)],
            "exclusive \(exclusive), reverse \(reverse), axis \(axis)"))
      }
    }
    return cases
  }()

  /// Products with zeros among their factors: in the first row none, then one, then two.
  private static let withZeros: [GradientCase] = [
    GradientCase(
      "ReduceProd",
      [Tensor([2.0, -3, 0.5, 1.5, 0, -2, 0, 0.7, 0], shape: [3, 3]), Tensor([Int64(1)], shape: [1])], [:],
      "with zeros")
  ]

  private static let best: [GradientCase] = {
    var cases: [GradientCase] = []
    for (axis, largest) in [(0, 1), (1, 1), (-1, 0)] {
      for results in [1, 2] {
        cases.append(
          GradientCase(
            "TopK", [Points.distinct([3, 4, 3]), Tensor([Int64(2)], shape: [1])],
            ["axis": .int(axis), "largest": .int(largest)], "axis \(axis), largest \(largest), \(results) results",
            results: results))
      }
    }
    return cases
  }()
}
