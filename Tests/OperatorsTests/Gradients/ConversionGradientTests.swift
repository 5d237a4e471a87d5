import Graph
import Operators
import Runtime
import Testing

/// Rules of operators that change element types, and refusals.
@Suite struct ConversionGradientTests {
  /// Checks the derivatives by all variables, as the interpreter and a plan compute them.
  private func expect(
    _ network: GradientNetwork, _ loss: ValueID, _ expected: [[Double]],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for results in [
      try network.reference(loss), try network.plan(loss, threads: 1), try network.plan(loss, threads: 3),
    ] {
      try #require(results.count == expected.count + 1, sourceLocation: sourceLocation)
      for (result, numbers) in zip(results.dropFirst(), expected) {
        let worst = zip(result.doubles, numbers).map { abs($0 - $1) }.max() ?? .infinity
        #expect(
          result.type == .float32 && result.elementCount == numbers.count && worst < 1e-5,
          "\(result.doubles), not \(numbers)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func castsPassTheDerivativeThrough() throws {
    for type in [ElementType.float64, .float16] {
      var network = GradientNetwork(type: .float32)
      let x = network.variable(Tensor([Float(1), 2, 3], shape: [3]))
      let wide = network.add("Cast", [x], ["to": .int(Int(type.rawValue))])
      let square = network.add("Mul", [wide, wide])
      let back = network.add("CastLike", [square, x])
      let loss = network.add("ReduceSum", [back], ["keepdims": .int(0)])
      try expect(network, loss, [[2, 4, 6]])
    }
  }

  /// Straight-through estimator: rounding counts as the identity, what is clamped has no derivative; the scale's is
  /// rounded minus exact quotient (what is clamped: the clamped integer).
  @Test func fakeQuantisation() throws {
    var network = GradientNetwork(type: .float32)
    let x = network.variable(Tensor([Float(0.26), -0.13, 100, -100, 12.7, 0.04], shape: [2, 3]))
    let scale = network.variable(Tensor(scalar: Float(0.1)))
    let zero = network.constant(Tensor(scalar: Int8(0)))
    let integers = network.add("QuantizeLinear", [x, scale, zero])
    let y = network.add("DequantizeLinear", [integers, scale, zero])
    let weights = [Float(1), 2, 3, 4, 5, 6]
    let product = network.add("Mul", [y, network.constant(Tensor(weights, shape: [2, 3]))])
    let loss = network.add("ReduceSum", [product], ["keepdims": .int(0)])
    let steps: [Double] = [3 - 2.6, 2 * (-1 + 1.3), 3 * 127, 4 * -128, 5 * (127 - 127), 6 * (0 - 0.4)]
    let results = try network.reference(loss)
    #expect(abs(results[2].doubles[0] - steps.reduce(0, +)) < 1e-3, "\(results[2].doubles)")
    try expect(network, loss, [[1, 2, 0, 0, 5, 6], results[2].doubles])
  }

  @Test func fakeQuantisationOfChannels() throws {
    var network = GradientNetwork(type: .float32)
    let x = network.variable(Tensor([Float(0.3), -1, 400, 0.3, 0.8, 99], shape: [2, 3]))
    let scale = network.variable(Tensor([Float(0.1), 1], shape: [2]))
    let zero = network.constant(Tensor([UInt8(10), 0], shape: [2]))
    let axis: [String: Attribute] = ["axis": .int(0)]
    let integers = network.add("QuantizeLinear", [x, scale, zero], axis)
    let y = network.add("DequantizeLinear", [integers, scale, zero], axis)
    let loss = network.add("ReduceSum", [y], ["keepdims": .int(0)])
    // Rounded minus exact in steps; 400 is clamped to 255 - 10.
    try expect(network, loss, [[1, 1, 0, 1, 1, 1], [245, -0.3 + 0.2]])
  }

  @Test func whatHasNoDerivativeIsRefused() throws {
    func complaint(_ build: (inout GradientNetwork, ValueID) -> ValueID) throws -> String {
      var network = GradientNetwork(type: .float32)
      let x = network.variable(Tensor([Float(1), 2, 3, 4], shape: [2, 2]))
      let loss = network.add("ReduceSum", [build(&network, x)], ["keepdims": .int(0)])
      let error = #expect(throws: GraphError.self) { try network.reference(loss) }
      return try #require(error).message
    }
    let fused = try complaint { network, x in
      network.add("Add", [x, x], ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))])
    }
    #expect(fused.contains("fused activation"))
    let gemm = try complaint { network, x in
      network.add("Gemm", [x, x], ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))])
    }
    #expect(gemm.contains("fused activation"))
    let scatter = try complaint { network, x in
      let indices = network.constant(Tensor([Int64(0), 1], shape: [1, 2]))
      let updates = network.constant(Tensor([Float(0), 1], shape: [1, 2]))
      return network.add("ScatterElements", [x, indices, updates], ["reduction": .string("mul")])
    }
    #expect(scatter.contains("reduction 'mul'"))
  }
}
