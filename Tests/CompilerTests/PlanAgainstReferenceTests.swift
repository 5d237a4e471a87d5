import CKernels
import Compiler
import Graph
import Operators
import Runtime
import Testing

/// The largest difference of two tensors, as a share of the largest element of the first.
func relativeDifference(_ expected: Tensor, _ actual: Tensor) -> Double {
  let (a, b) = (expected.doubles, actual.doubles)
  guard expected.shape == actual.shape, expected.type == actual.type else { return .infinity }
  let scale = a.map(abs).max() ?? 0
  let difference = zip(a, b).map { abs($0 - $1) }.max() ?? 0
  return scale == 0 ? difference : difference / scale
}

/// Runs a plan and expects its outputs to be these within 1e-5 of each one's largest element.
func expectOutputs(
  of plan: Plan, _ input: Tensor, equal expected: [Tensor], threads: Int, _ comment: String
) throws {
  var session = try Session(plan, threads: threads)
  input.copy(to: session.input(0))
  session.run()
  for (index, tensor) in expected.enumerated() {
    let difference = relativeDifference(tensor, Tensor(copying: session.output(index)))
    #expect(difference < 1e-5, "output \(index), \(comment), \(threads) threads")
  }
}

/// Every instruction set that this machine can run.
let machineISAs = [EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_NEON].filter { ek_kernels_for($0) != nil }

@Suite struct PlanAgainstReferenceTests {
  @Test(arguments: TestNetworks.all.indices, [true, false])
  func planEqualsReference(network: Int, optimizes: Bool) throws {
    let (name, graph, shape) = TestNetworks.all[network]
    var random = NetworkBuilder(seed: 77)
    let input = random.tensor(shape)
    let expected = try ReferenceInterpreter(graph).run([graph.inputs[0]: input])
    for isa in machineISAs {
      for threads in [1, 3] {
        let actual = try PlanRunner.run(
          graph, [graph.name(of: graph.inputs[0]): input], threads: threads, isa: isa, optimizes: optimizes)
        for (e, a) in zip(expected, actual) {
          #expect(relativeDifference(e, a) < 1e-5, "\(name), isa \(isa.rawValue), \(threads) threads")
        }
      }
    }
  }

  /// The passes keep the meaning: the rewritten graph, interpreted, gives what the original gives.
  @Test(arguments: TestNetworks.all.indices)
  func rewritingKeepsMeaning(network: Int) throws {
    let (name, graph, shape) = TestNetworks.all[network]
    var random = NetworkBuilder(seed: 78)
    let input = random.tensor(shape)
    let inputs = try InputSpecification().resolve(graph)
    let infos = try ShapeInference.infer(graph, inputs: inputs)
    let (rewritten, _) = try Compiler.rewrite(graph, infos, inputs, Compiler.Options())
    let expected = try ReferenceInterpreter(graph).run([graph.inputs[0]: input])
    var values = rewritten
    for (id, info) in infos where values.constants[id] == nil { values.constants[id] = info.constant }
    let actual = try ReferenceInterpreter(values).run([graph.inputs[0]: input])
    for (e, a) in zip(expected, actual) { #expect(relativeDifference(e, a) < 1e-6, "\(name)") }
    #expect(rewritten.nodes.count <= graph.nodes.count)
  }

  /// What fusion is for: no separate normalisation, activation or addition is left in a residual network.
  @Test func residualNetworkIsFused() throws {
    let graph = TestNetworks.residual()
    let inputs = try InputSpecification().resolve(graph)
    let infos = try ShapeInference.infer(graph, inputs: inputs)
    let (rewritten, _) = try Compiler.rewrite(graph, infos, inputs, Compiler.Options())
    #expect(Set(rewritten.nodes.map(\.op)) == ["Conv", "MaxPool", "GlobalAveragePool", "Flatten", "Gemm"])
  }

  /// The gate of squeeze and excitation multiplies 7 x 20 weights, not 15 x 15 x 20 inputs.
  @Test func gatesScaleWeights() throws {
    let graph = TestNetworks.squeezeAndExcitation()
    let inputs = try InputSpecification().resolve(graph)
    let infos = try ShapeInference.infer(graph, inputs: inputs)
    let (rewritten, known) = try Compiler.rewrite(graph, infos, inputs, Compiler.Options())
    let products = rewritten.nodes.filter { $0.op == "Mul" }.compactMap { $0.output(0) }
    #expect(products.compactMap { known[$0]?.shape } == [[7, 20, 1, 1]])
  }

  @Test(arguments: TestNetworks.all.indices)
  func sameBitsWithAnyNumberOfThreads(network: Int) throws {
    let (_, graph, shape) = TestNetworks.all[network]
    var random = NetworkBuilder(seed: 79)
    let inputs = [graph.name(of: graph.inputs[0]): random.tensor(shape)]
    let one = try PlanRunner.run(graph, inputs, threads: 1)
    for threads in [2, 3, 7] { #expect(try PlanRunner.run(graph, inputs, threads: threads) == one) }
  }
}
