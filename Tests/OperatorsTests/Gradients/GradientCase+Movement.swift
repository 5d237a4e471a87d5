import Graph
import Runtime

private func longs(_ values: [Int], _ shape: [Int]? = nil) -> Tensor {
  Tensor(values.map { Int64($0) }, shape: shape ?? [values.count])
}

extension GradientCase {
  static let reshaping: [GradientCase] = shapes + arrangements + concatenations + slices

  private static let shapes: [GradientCase] = [
    GradientCase("Reshape", [Points.any([2, 3, 4]), longs([4, -1])]),
    GradientCase("Reshape", [Points.any([2, 3, 4]), longs([0, 0, 2, 2])], [:], "copied extents"),
    GradientCase("Flatten", [Points.any([2, 3, 4])], ["axis": .int(-1)]),
    GradientCase("Flatten", [Points.any([2, 3, 4])], ["axis": .int(0)], "all"),
    GradientCase("Squeeze", [Points.any([1, 3, 1, 2])]),
    GradientCase("Squeeze", [Points.any([1, 3, 1, 2]), longs([-2])], [:], "one axis"),
    GradientCase("Unsqueeze", [Points.any([3, 2]), longs([0, -1])]),
    GradientCase("Expand", [Points.any([3, 1]), longs([2, 3, 4])]),
    GradientCase("Expand", [Points.any([]), longs([2, 3])], [:], "a scalar"),
    GradientCase("Expand", [Points.any([2, 3]), longs([1, 1])], [:], "by nothing"),
    GradientCase("Tile", [Points.any([2, 3]), longs([2, 3])]),
    GradientCase("Tile", [Points.any([2, 1, 3]), longs([1, 4, 2])], [:], "three axes"),
    GradientCase("Tile", [Points.any([2, 3]), longs([1, 0])], [:], "to nothing"),
  ]

  private static let arrangements: [GradientCase] = [
    GradientCase("Transpose", [Points.any([2, 3, 4])]),
    GradientCase("Transpose", [Points.any([2, 3, 4])], ["perm": .ints([2, 0, 1])], "rotated"),
    GradientCase("Trilu", [Points.any([2, 3, 4])]),
    GradientCase("Trilu", [Points.any([3, 3]), longs([-1], [])], ["upper": .int(0)], "lower"),
    GradientCase("DepthToSpace", [Points.any([2, 8, 2, 3])], ["blocksize": .int(2)]),
    GradientCase("DepthToSpace", [Points.any([1, 8, 2, 3])], ["blocksize": .int(2), "mode": .string("CRD")], "CRD"),
    GradientCase("SpaceToDepth", [Points.any([2, 2, 4, 6])], ["blocksize": .int(2)]),
  ]

  private static let concatenations: [GradientCase] = [
    GradientCase(
      "Concat", [Points.any([2, 3]), Points.any([2, 1], seed: 2), Points.any([2, 2], seed: 3)], ["axis": .int(1)]),
    GradientCase(
      "Concat", [Points.any([2, 3]), Points.any([1, 3], seed: 2)], ["axis": .int(-2)], "negative axis", wanted: [1]),
    GradientCase("Concat", [Points.any([2, 3])], ["axis": .int(0)], "one"),
    GradientCase("Split", [Points.any([2, 5]), longs([2, 3])], ["axis": .int(1)], results: 2),
    GradientCase("Split", [Points.any([2, 5, 2])], ["axis": .int(-2)], "unequal parts", results: 3),
    GradientCase("Split", [Points.any([4, 2])], [:], "one part", results: 1),
  ]

  private static let slices: [GradientCase] = {
    let all: [(note: String, starts: [Int], ends: [Int], axes: [Int], steps: [Int])] = [
      ("plain", [1], [3], [1], [1]), ("from the end", [-3], [-1], [-1], [1]),
      ("two axes", [1, 0], [5, 2], [1, 0], [1, 1]), ("step 2", [0], [7], [1], [2]), ("step 3", [1], [7], [1], [3]),
      ("backwards", [-1], [-100], [1], [-1]), ("backwards by 2", [5], [0], [1], [-2]),
      ("both", [6, 1], [-100, 3], [1, 2], [-3, 1]), ("one element", [4], [3], [1], [-1]),
      ("nothing", [3], [3], [1], [1]),
    ]
    return all.map { note, starts, ends, axes, steps -> GradientCase in
      let operands = [Points.any([2, 7, 3]), longs(starts), longs(ends), longs(axes), longs(steps)]
      return GradientCase("Slice", operands, [:], note)
    }
  }()

  static let padding: [GradientCase] = borders + otherPads

  private static let borders: [GradientCase] = {
    let all: [(note: String, pads: [Int])] = [
      ("plain", [0, 1, 2, 0, 2, 1]), ("cut", [0, -1, 1, 0, 2, -1]), ("wide", [0, 3, 7, 0, 4, 9]),
    ]
    return ["constant", "reflect", "edge", "wrap"].flatMap { mode -> [GradientCase] in
      all.map { note, pads -> GradientCase in
        GradientCase("Pad", [Points.any([2, 4, 3]), longs(pads)], ["mode": .string(mode)], "\(mode), \(note)")
      }
    }
  }()

  private static let otherPads: [GradientCase] = [
    GradientCase("Pad", [Points.any([2, 3]), longs([1, 2, 0, 1]), Tensor(scalar: 0.5)], [:], "with a value"),
    GradientCase(
      "Pad", [Points.any([2, 3, 4]), longs([1, 2]), nil, longs([-1])], ["mode": .string("reflect")], "one axis"),
    GradientCase("Pad", [Points.any([2, 3]), longs([-5, 0, 4, 0])], [:], "nothing left"),
    GradientCase("CenterCropPad", [Points.any([5, 4]), longs([2, 7])]),
    GradientCase("CenterCropPad", [Points.any([5, 4, 2]), longs([8, 3])], ["axes": .ints([1, 0])], "some axes"),
  ]

  static let indexing: [GradientCase] = gathers + scatters

  private static let gathers: [GradientCase] = [[], [1]].flatMap { (computed: [Int]) -> [GradientCase] in
    func gather(
      _ op: String, _ shape: [Int], _ indices: Tensor, _ attributes: [String: Attribute] = [:], _ note: String = ""
    ) -> GradientCase {
      GradientCase(
        op, [Points.any(shape), indices], attributes, note + (computed.isEmpty ? "known" : "computed"), wanted: [0],
        computed: computed)
    }
    let matrix = longs([0, -1, 1, 0], [2, 2])
    return [
      gather("Gather", [3, 2], longs([2, 0, 2])),
      gather("Gather", [2, 4, 3], matrix, ["axis": .int(1)], "a matrix, "),
      gather("Gather", [3, 2], longs([1], []), [:], "one, "),
      gather("GatherElements", [3, 4], matrix, ["axis": .int(1)]),
      gather("GatherND", [3, 2, 2], longs([0, 1, -1, 0, 0, 1], [3, 2])),
      gather("GatherND", [2, 3, 2], longs([0, -1], [2, 1]), ["batch_dims": .int(1)], "batches, "),
    ]
  }

  private static let scatters: [GradientCase] = [
    GradientCase("ScatterElements", [Points.any([3, 3]), longs([0, -1, 1], [1, 3]), Points.any([1, 3], seed: 2)]),
    GradientCase(
      "ScatterElements", [Points.any([2, 4]), longs([0, 2, 0, 1, 1, 1], [2, 3]), Points.any([2, 3], seed: 2)],
      ["axis": .int(1)], "one place twice"),
    GradientCase("ScatterND", [Points.any([4, 2]), longs([3, 1], [2, 1]), Points.any([2, 2], seed: 2)]),
    GradientCase(
      "ScatterND", [Points.any([2, 3]), longs([0, 1, 0, 1], [2, 2]), Points.any([2], seed: 2)], [:],
      "one place twice"),
    GradientCase("OneHot", [longs([1, -1, 5]), longs([4], []), Points.any([2])], ["axis": .int(0)]),
  ]
}
