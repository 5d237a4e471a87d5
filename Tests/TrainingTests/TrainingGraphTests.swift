import Compiler
import Graph
import Operators
import Runtime
import Testing
import Training

@Suite struct TrainingGraphTests {
  /// x [N, 4] -> MatMul + Add -> Sigmoid -> Gemm -> logits [N, 3].
  private func perceptron() -> Graph {
    var graph = Graph(name: "perceptron")
    var random = SequenceRandom()
    let x = graph.addValue("x", type: .float32, shape: [.symbolic("N"), .fixed(4)])
    graph.inputs = [x]
    let w1 = graph.addConstant("w1", random.tensor([4, 5]))
    let b1 = graph.addConstant("b1", random.tensor([5]))
    let w2 = graph.addConstant("w2", random.tensor([5, 3]))
    let names = ["product", "sum", "hidden", "logits"].map { graph.addValue($0) }
    graph.nodes = [
      Node(name: "m1", op: "MatMul", inputs: [x, w1], outputs: [names[0]]),
      Node(name: "a1", op: "Add", inputs: [names[0], b1], outputs: [names[1]]),
      Node(name: "s", op: "Sigmoid", inputs: [names[1]], outputs: [names[2]]),
      Node(name: "m2", op: "MatMul", inputs: [names[2], w2], outputs: [names[3]]),
    ]
    graph.outputs = [names[3]]
    return graph
  }

  @Test func findsParameters() {
    let parameters = TrainableParameter.all(in: perceptron())
    #expect(parameters.map(\.name) == ["w1", "b1", "w2"])
    #expect(parameters.map(\.decays) == [true, false, true])
  }
}

/// A plain sequence of numbers between -1 and 1.
struct SequenceRandom {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func number() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) / 0x1p52 - 1
  }

  mutating func tensor(_ shape: [Int], type: ElementType = .float32) -> Tensor {
    Tensor(type: type, shape: shape, doubles: (0..<shape.reduce(1, *)).map { _ in number() })
  }
}
