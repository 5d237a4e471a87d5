import CKernels
import Compiler
import Graph
import Operators
import Runtime
import Testing

/// The last output channels of 1 x 1 convolutions, where they fill less than half a vector.
@Suite struct NarrowConvolutionTests {
  @Test(arguments: [1, 4, 17, 20, 24, 35]) func planEqualsReference(columns: Int) throws {
    var b = NetworkBuilder(seed: 41)
    let x = b.input([1, 40, 6, 7])
    let other = b.add("Relu", [b.convolution(x, 40, columns)])
    b.output(b.add("Relu", [b.add("Add", [b.convolution(x, 40, columns, kernel: 1), other])]))
    b.output(b.convolution(x, 40, columns, kernel: 1, bias: false))
    var random = NetworkBuilder(seed: 81)
    let input = random.tensor([1, 40, 6, 7])
    let expected = try ReferenceInterpreter(b.graph).run([b.graph.inputs[0]: input])
    for isa in machineISAs {
      let plan = try Plan(copying: Compiler.compile(b.graph, Compiler.Options(isa: isa)).bytes)
      let lanes = ek_kernels_for(isa)?.pointee.tile_lanes ?? 0
      let isNarrow = lanes > 0 && (1...lanes / 2).contains(columns % lanes)
      #expect(plan.instructions.contains { $0.opcode == .narrowConvolution } == isNarrow)
      for threads in 1...2 {
        try expectOutputs(of: plan, input, equal: expected, threads: threads, "isa \(isa.rawValue)")
      }
    }
  }

  /// Deeper than any input that is read twice may be large, and with a result larger than the image.
  @Test func othersAreWhole() throws {
    var deep = NetworkBuilder(seed: 42)
    deep.output(deep.convolution(deep.input([1, 25088, 1, 1]), 25088, 10, kernel: 1))
    var padded = NetworkBuilder(seed: 43)
    let weights = padded.constant(padded.tensor([4, 40, 1, 1]))
    padded.output(
      padded.add("Conv", [padded.input([1, 40, 6, 7]), weights], ["pads": .ints([0, 0, 1, 1])]))
    for (network, shape) in [(deep.graph, [1, 25088, 1, 1]), (padded.graph, [1, 40, 6, 7])] {
      var random = NetworkBuilder(seed: 82)
      let input = random.tensor(shape)
      let expected = try ReferenceInterpreter(network).run([network.inputs[0]: input])
      for isa in machineISAs {
        let plan = try Plan(copying: Compiler.compile(network, Compiler.Options(isa: isa)).bytes)
        #expect(!plan.instructions.contains { $0.opcode == .narrowConvolution })
        try expectOutputs(of: plan, input, equal: expected, threads: 1, "isa \(isa.rawValue)")
      }
    }
  }
}
