import Graph
import Runtime

extension GradientCase {
  static let products: [GradientCase] = matrixProducts + layersOfWeights

  private static let matrixProducts: [GradientCase] = {
    let shapes: [(a: [Int], b: [Int])] = [
      ([2, 3], [3, 4]), ([3], [3]), ([3], [3, 2]), ([2, 3], [3]), ([2, 2, 3], [3, 4]), ([2, 2, 3], [2, 3, 2]),
      ([2, 1, 2, 3], [3, 3, 2]), ([3], [2, 3, 2]), ([2, 2, 3], [3]), ([2, 3], [2, 3, 2]),
    ]
    let choices: [[Int]] = [[0, 1], [0], [1]]
    return shapes.flatMap { a, b -> [GradientCase] in
      choices.map { wanted -> GradientCase in
        GradientCase(
          "MatMul", [Points.any(a), Points.any(b, seed: 2)], [:], "\(a) and \(b), by \(wanted)", wanted: wanted)
      }
    }
  }()

  private static let layersOfWeights: [GradientCase] = {
    let addends: [[Int]?] = [[3, 2], [2], [1], [], [3, 1], [1, 2], nil]
    let transposed: [(Int, Int)] = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return addends.flatMap { c -> [GradientCase] in
      transposed.map { first, second -> GradientCase in
        let a = Points.any(first == 1 ? [4, 3] : [3, 4])
        let b = Points.any(second == 1 ? [2, 4] : [4, 2], seed: 2)
        let attributes: [String: Attribute] = [
          "transA": .int(first), "transB": .int(second), "alpha": .float(0.5), "beta": .float(-2),
        ]
        let addend: [Tensor?] = c.map { [Points.any($0, seed: 3)] } ?? []
        return GradientCase("Gemm", [a, b] + addend, attributes, "transposed \(first), \(second), C \(c ?? [0])")
      }
    }
  }()

  static let normalizations: [GradientCase] = softmaxes + responses + channels + groups + runs + meanSquares

  private static let softmaxes: [GradientCase] = ["Softmax", "LogSoftmax"].flatMap { op -> [GradientCase] in
    [0, 1, -1].map { axis -> GradientCase in
      GradientCase(op, [Points.between(-3, 3, [2, 3, 4])], ["axis": .int(axis)], "axis \(axis)")
    }
  }

  private static let responses: [GradientCase] = [1, 2, 3, 5].flatMap { size -> [GradientCase] in
    let shapes: [[Int]] = [[2, 5], [2, 5, 2, 3], [1, 3, 2]]
    let attributes: [String: Attribute] = [
      "size": .int(size), "alpha": .float(0.9), "beta": .float(0.6), "bias": .float(1.5),
    ]
    return shapes.map { GradientCase("LRN", [Points.between(-2, 2, $0)], attributes, "size \(size), \($0)") }
  }

  private static let channels: [GradientCase] = [[2, 3, 4], [2, 3, 2, 3]].map { (shape: [Int]) -> GradientCase in
    let operands = [Points.any(shape), Points.any([3], seed: 2), Points.any([3], seed: 3)]
    return GradientCase("InstanceNormalization", operands, [:], "\(shape)")
  }

  private static let groups: [GradientCase] = {
    let layouts: [(Int, [Int])] = [(1, [2, 4]), (2, [2, 4, 3]), (4, [2, 4, 2, 2])]
    return layouts.map { groups, shape -> GradientCase in
      let operands = [Points.any(shape), Points.any([4], seed: 2), Points.any([4], seed: 3)]
      return GradientCase(
        "GroupNormalization", operands, ["num_groups": .int(groups)], "\(groups) groups, \(shape)")
    }
  }()

  private static let runs: [GradientCase] = {
    let layouts: [(axis: Int, shape: [Int], scale: [Int], bias: [Int]?)] = [
      (-1, [2, 3, 4], [4], [4]), (1, [2, 3, 4], [3, 4], [4]), (-1, [2, 3, 4], [1], nil), (0, [3, 4], [3, 4], [1]),
    ]
    return layouts.flatMap { axis, shape, scale, bias -> [GradientCase] in
      let third: [Tensor?] = bias.map { [Points.any($0, seed: 3)] } ?? []
      let operands = [Points.any(shape), Points.any(scale, seed: 2)] + third
      return [1, 3].map { results -> GradientCase in
        GradientCase(
          "LayerNormalization", operands, ["axis": .int(axis)], "axis \(axis), \(shape), \(results) results",
          results: results)
      }
    }
  }()

  private static let meanSquares: [GradientCase] = {
    let layouts: [(axis: Int, shape: [Int], scale: [Int])] = [
      (-1, [2, 3, 4], [4]), (1, [2, 3, 4], [3, 4]), (-2, [2, 3, 4], [1]),
    ]
    return layouts.map { axis, shape, scale -> GradientCase in
      GradientCase(
        "RMSNormalization", [Points.any(shape), Points.any(scale, seed: 2)], ["axis": .int(axis)],
        "axis \(axis), \(shape)")
    }
  }()

  static let resizing: [GradientCase] = {
    var cases: [GradientCase] = []
    let scales: [[Float]] = [[2, 2], [0.6, 0.5], [1.7, 1], [3, 0.4]]
    for mode in ["nearest", "linear", "cubic"] {
      for scale in scales {
        for coordinates in ["half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel"] {
          let attributes: [String: Attribute] = ["coordinate_transformation_mode": .string(coordinates)]
          cases.append(resize(mode, [1, 1] + scale, attributes, coordinates))
        }
      }
      if mode != "nearest" {
        cases.append(resize(mode, [1, 1, 0.4, 0.5], ["antialias": .int(1)], "antialias"))
        cases.append(resize(mode, [1, 1, 1.6, 0.7], ["exclude_outside": .int(1)], "exclude_outside"))
      }
      if mode != "cubic" { cases.append(region(mode)) }
    }
    return cases
  }()

  private static func resize(
    _ mode: String, _ scales: [Float], _ attributes: [String: Attribute], _ note: String
  ) -> GradientCase {
    GradientCase(
      "Resize", [Points.any([2, 1, 4, 5]), nil, Tensor(scales, shape: [4])],
      attributes.merging(["mode": .string(mode)]) { $1 }, "\(mode), \(scales), \(note)")
  }

  /// A region that reaches beyond the picture.
  private static func region(_ mode: String) -> GradientCase {
    let operands: [Tensor?] = [
      Points.any([1, 2, 4, 5]), Tensor([Float(-0.3), 0.1, 1.2, 0.8], shape: [4]), nil,
      Tensor([Int64(5), 4], shape: [2]),
    ]
    let attributes: [String: Attribute] = [
      "mode": .string(mode), "coordinate_transformation_mode": .string("tf_crop_and_resize"), "axes": .ints([2, 3]),
      "extrapolation_value": .float(0.5),
    ]
    return GradientCase("Resize", operands, attributes, "\(mode), a region")
  }
}
