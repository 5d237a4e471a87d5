import Testing

@Suite struct ArithmeticGradientTests {
  @Test(arguments: ["Add", "Mul", "Sum"]) func broadcasting(_ op: String) throws {
    var random = TestRandom(seed: 3)
    for (a, b) in [([2, 3], [2, 3]), ([2, 3, 4], [3, 1]), ([1, 3], [2, 1, 3]), ([], [2, 2])] {
      try GradientCheck(op, [random.tensor(.float64, a), random.tensor(.float64, b)]).expectCorrect()
    }
  }

  @Test func sigmoid() throws {
    var random = TestRandom(seed: 4)
    try GradientCheck("Sigmoid", [random.tensor(.float64, [3, 5], scale: 4)]).expectCorrect()
  }
}
