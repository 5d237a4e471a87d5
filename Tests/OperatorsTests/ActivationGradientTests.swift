import Graph
import Operators
import Runtime
import Testing

/// Derivatives of clamps.
@Suite struct ActivationGradientTests {
  @Test func values() throws {
    let y = floats([-1, 0, 0.5, 6, .infinity, .nan])
    let dy = floats([1, 2, 3, 4, 5, 6])
    try expectValues("ReluGradient", [dy, y], are: floats([0, 0, 3, 4, 5, 0]))
    try expectValues(
      "ClipGradient", [dy, y], ["lower": .float(-1), "upper": .float(6)], are: floats([0, 2, 3, 0, 0, 0]))
    try expectValues("ClipGradient", [dy, y], ["upper": .float(0.5)], are: floats([1, 2, 0, 0, 0, 0]))
    #expect(try SingleNode("ReluGradient", [dy, floats([1])]).complaint().contains("Y"))
  }

  @Test(arguments: [[7], [3, 5, 4, 6], [2, 13, 70], [9, 16, 32, 32]]) func planEqualsReference(_ shape: [Int]) throws {
    var random = TestRandom(seed: 11)
    for type in [ElementType.float32, .float64] {
      let operands = [random.tensor(type, shape), random.tensor(type, shape)]
      try expectPlanEqualsReference("ReluGradient", operands, tolerance: 0)
      try expectPlanEqualsReference(
        "ClipGradient", operands, ["lower": .float(-0.5), "upper": .float(0.25)], tolerance: 0)
    }
  }

  @Test func derivatives() throws {
    var random = TestRandom(seed: 12)
    let x = random.tensor(.float64, [2, 3, 4, 5])
    try GradientCheck("Relu", [x]).expectCorrect()
    let (lower, upper) = (Tensor(scalar: -0.25), Tensor(scalar: 0.5))
    try GradientCheck("Clip", [x, lower, upper], wanted: [0]).expectCorrect()
    try GradientCheck("Clip", [x, nil, upper], wanted: [0]).expectCorrect()
    try GradientCheck("Clip", [x], wanted: [0]).expectCorrect()
  }
}
