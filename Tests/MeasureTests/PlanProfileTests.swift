import CKernels
import Compiler
import Graph
import Measure
import Runtime
import Testing

@Suite struct PlanProfileTests {
  /// A padded 3x3 convolution of 4 to 6 channels on 5x7 pixels, then a sum.
  private func plan() throws -> Plan {
    var graph = Graph(name: "small")
    let x = graph.addValue("x", type: .float32, shape: [.fixed(1), .fixed(4), .fixed(5), .fixed(7)])
    let weights = graph.addConstant("w", Tensor([Float](repeating: 0.1, count: 6 * 4 * 9), shape: [6, 4, 3, 3]))
    let y = graph.addValue("y")
    let z = graph.addValue("z")
    graph.inputs = [x]
    graph.nodes = [
      Node(name: "conv", op: "Conv", inputs: [x, weights], outputs: [y], attributes: ["pads": .ints([1, 1, 1, 1])]),
      Node(name: "exp", op: "Exp", inputs: [y], outputs: [z], attributes: [:]),
    ]
    graph.outputs = [z]
    return try Plan(copying: Compiler.compile(graph).bytes)
  }

  @Test func layersKnowTheirWorkAndTime() throws {
    let profile = try PlanProfile(plan(), threads: 1, seconds: 0.02)
    #expect(profile.runs >= 5 && profile.typicalRun.count == profile.layers.count)
    let conv = try #require(profile.layers.first { $0.name == "conv" })
    #expect(conv.op == "convolution" && conv.summary.multiplyAccumulates == 6 * 4 * 9 * 35)
    #expect(conv.summary.shape == [1, 5, 7, 6] && conv.summary.kernel.contains("conv"))
    #expect(conv.gigaflops > 0 && conv.gigaflops <= 1.5 * profile.peakGigaflops)
    let exp = try #require(profile.layers.first { $0.name == "exp" })
    #expect(exp.op == "unary" && exp.summary.multiplyAccumulates == 0 && exp.gigaflops == 0)
    #expect(abs(profile.layers.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    #expect(profile.overheadShare >= 0 && profile.overheadShare < 1)
  }

  @Test func stoppingKeepsWhatThereIs() throws {
    let profile = try PlanProfile(plan(), threads: 1, seconds: 60, isStopped: { true })
    #expect(profile.runs == 1 && profile.layers.allSatisfy { $0.microseconds >= 0 })
  }

  @Test func everyOpcodeHasANameOfItsOwn() {
    #expect(Set(Opcode.allCases.map(\.name)).count == Opcode.allCases.count)
  }

  @Test func everyInstructionSetHasAPeak() throws {
    for set in InstructionSet.supported {
      let kernels = try #require(ek_kernels_for(set.isa))
      #expect(PeakRate.measure(kernels, trials: 3) > 1e6)
    }
  }
}
