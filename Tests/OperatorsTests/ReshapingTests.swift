import Graph
import Runtime
import Testing

/// Operators that change the shape and keep the elements, and those that know shapes.
@Suite struct ReshapingTests {
  private let x = TestRandom.sequence([2, 3, 4])

  @Test(arguments: [
    ([4, 2, 3], [4, 2, 3]), ([2, 12], [2, 12]), ([-1, 6], [4, 6]), ([0, -1], [2, 12]), ([24], [24]),
    ([1, 2, 1, 3, 4, 1], [1, 2, 1, 3, 4, 1]), ([0, 0, 2, 2], [2, 3, 2, 2]),
  ])
  func reshape(target: [Int], shape: [Int]) throws {
    try SingleNode("Reshape", [x, longs(target.map(Int64.init))]).expect(x.reshaped(shape))
  }

  @Test func reshapeWithZeros() throws {
    let empty = floats([], [0, 3, 4])
    try SingleNode("Reshape", [empty, longs([3, 4, 0])], ["allowzero": .int(1)]).expect(floats([], [3, 4, 0]))
    try SingleNode("Reshape", [empty, longs([0, 12])]).expect(floats([], [0, 12]))
    try SingleNode("Reshape", [floats([5], [1, 1]), longs([])]).expect(floats([5], []))
  }

  @Test func reshapeRefusals() throws {
    #expect(try SingleNode("Reshape", [x, longs([5, 5])]).complaint().contains("2x3x4"))
    #expect(try SingleNode("Reshape", [x, longs([-1, 7])]).complaint().contains("[-1, 7]"))
    #expect(try SingleNode("Reshape", [x, longs([-1, -1])]).complaint().contains("do not fit"))
    #expect(try SingleNode("Reshape", [x, longs([1, 1, 1, 0])]).complaint().contains("axis 3"))
    #expect(try SingleNode("Reshape", [x, longs([.max, .max])]).complaint().contains("do not fit"))
  }

  @Test func flatten() throws {
    let shapes = [(0, [1, 24]), (1, [2, 12]), (2, [6, 4]), (3, [24, 1]), (-1, [6, 4]), (-3, [1, 24])]
    for (axis, shape) in shapes {
      try SingleNode("Flatten", [x], ["axis": .int(axis)]).expect(x.reshaped(shape))
    }
    try SingleNode("Flatten", [x]).expect(x.reshaped([2, 12]))
    try SingleNode("Flatten", [floats([7], [])], ["axis": .int(0)]).expect(floats([7], [1, 1]))
    #expect(try SingleNode("Flatten", [x], ["axis": .int(4)]).complaint().contains("axis 4"))
  }

  @Test func squeezeAndUnsqueeze() throws {
    let thin = x.reshaped([1, 2, 1, 3, 4])
    try SingleNode("Squeeze", [thin]).expect(x)
    try SingleNode("Squeeze", [thin, longs([-3])]).expect(x.reshaped([1, 2, 3, 4]))
    try SingleNode("Unsqueeze", [x, longs([0, 2])]).expect(thin)
    try SingleNode("Unsqueeze", [x, longs([-1, 1])]).expect(x.reshaped([2, 1, 3, 4, 1]))
    #expect(try SingleNode("Squeeze", [thin, longs([1])]).complaint().contains("axis 1"))
    #expect(try SingleNode("Unsqueeze", [x, longs([1, 1])]).complaint().contains("twice"))
    #expect(try SingleNode("Unsqueeze", [x, longs([4])]).complaint().contains("axis 4"))
  }

  @Test func moreAxesThanTensorsHave() throws {
    try SingleNode("Unsqueeze", [x, longs(Array(0..<33))]).refused("33 axes")
    try SingleNode("Unsqueeze", [x, longs(Array(0..<30))]).refused("33 axes")
    try SingleNode("Reshape", [x, longs([2, 3, 4] + Array(repeating: 1, count: 30))]).refused("33 axes")
    #expect(try SingleNode("Unsqueeze", [x, longs(Array(0..<29))]).reference()[0].shape.count == 32)
  }

  @Test func transpose() throws {
    let matrix = longs([1, 2, 3, 4, 5, 6], [2, 3])
    try SingleNode("Transpose", [matrix]).expect(longs([1, 4, 2, 5, 3, 6], [3, 2]))
    try SingleNode("Transpose", [matrix], ["perm": .ints([0, 1])]).expect(matrix)
    try SingleNode("Transpose", [x], ["perm": .ints([1, 2, 0])]).expectPlanEqualsReference()
    #expect(try SingleNode("Transpose", [x], ["perm": .ints([0, 0, 1])]).complaint().contains("perm"))
    // The images of a network lie channels last in a plan.
    let image = TestRandom.sequence([2, 3, 4, 5])
    for axes in [[0, 2, 3, 1], [3, 1, 0, 2], [1, 0, 2, 3]] {
      try SingleNode("Transpose", [image], ["perm": .ints(axes)]).expectPlanEqualsReference()
    }
  }

  @Test func imagesAreReshaped() throws {
    let image = TestRandom.sequence([2, 6, 4, 5])
    for shape in [[2, 3, 2, 4, 5], [2, 6, 20], [2, 120], [12, 4, 5], [2, 6, 2, 2, 5, 1], [240], [4, 60]] {
      try SingleNode("Reshape", [image, longs(shape.map(Int64.init))]).expectPlanEqualsReference()
    }
  }

  @Test func shapes() throws {
    try SingleNode("Shape", [x]).expect(longs([2, 3, 4]))
    try SingleNode("Shape", [x], ["start": .int(1)]).expect(longs([3, 4]))
    try SingleNode("Shape", [x], ["start": .int(-2), "end": .int(-1)]).expect(longs([3]))
    try SingleNode("Shape", [x], ["start": .int(-9), "end": .int(9)]).expect(longs([2, 3, 4]))
    try SingleNode("Shape", [x], ["start": .int(2), "end": .int(1)]).expect(longs([]))
    try SingleNode("Size", [x]).expect(longs([24], []))
  }
}

extension TestRandom {
  /// The numbers 0, 1, 2, ... in a shape: no two elements are equal.
  static func sequence(_ shape: [Int]) -> Tensor {
    Tensor(type: .float32, shape: shape, integers: Array(0..<shape.reduce(1, *)))
  }
}
