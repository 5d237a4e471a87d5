import CKernels
import Compiler
import Graph
import Operators
import Runtime
import Testing

/// Images in tiles: chains of convolutions, and everything that reads them otherwise.
@Suite struct TiledConvolutionTests {
  /// A residual chain whose values are also pooled, concatenated, given to a sigmoid, and outputs of the network.
  private static func network() -> Graph {
    var b = NetworkBuilder(seed: 31)
    let x = b.input([1, 3, 12, 20])
    let stem = b.add("Relu", [b.convolution(x, 3, 9)])
    let inner = b.add("Relu", [b.convolution(stem, 9, 13)])
    let sum = b.add("Relu", [b.add("Add", [b.convolution(inner, 13, 9, bias: false), stem])])
    let curved = b.add("Sigmoid", [b.convolution(sum, 9, 5)])
    let joined = b.add("Concat", [b.convolution(sum, 9, 4), curved], ["axis": .int(1)])
    let pooled = b.add("MaxPool", [inner], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    let strided = b.convolution(sum, 9, 6, stride: 2)
    // The residual comes in pixels, the input from a convolution of another size.
    let last = b.add("Add", [b.convolution(strided, 6, 13), pooled])
    b.output(sum)
    b.output(joined)
    b.output(last)
    return b.graph
  }

  private func options(_ isa: ek_isa) -> Compiler.Options {
    var options = Compiler.Options(isa: isa)
    options.algorithms = .always(.winogradTiled)
    return options
  }

  @Test func planEqualsReference() throws {
    let graph = Self.network()
    var random = NetworkBuilder(seed: 79)
    let input = random.tensor([1, 3, 12, 20])
    let expected = try ReferenceInterpreter(graph).run([graph.inputs[0]: input])
    for isa in machineISAs {
      let result = try Compiler.compile(graph, options(isa))
      let hasTiles = (ek_kernels_for(isa)?.pointee.tile_lanes ?? 0) > 0
      #expect(result.convolutionSites.contains { $0.algorithm == .winogradTiled } == hasTiles)
      let plan = try Plan(copying: result.bytes)
      for threads in 1...3 {
        try expectOutputs(of: plan, input, equal: expected, threads: threads, "isa \(isa.rawValue)")
      }
    }
  }

  /// A residual block that halves the sides and adds channels of zeros (He et al., option A): the zeros are made in tiles, and
  /// nothing else of them is left.
  /// A plan for a machine with longer vectors than this one's asks for the memory that it needs there.
  @Test func memoryIsForTheTarget() throws {
    for set in InstructionSet.supported {
      #expect(set.tileLanes == ek_kernels_for(set.isa)?.pointee.tile_lanes ?? 0, "\(set.name)")
    }
    var b = NetworkBuilder(seed: 44)
    b.output(b.convolution(b.convolution(b.input([1, 16, 32, 32]), 16, 16), 16, 16))
    let bytes = try Compiler.compile(b.graph, options(EK_ISA_AVX512)).bytes
    let header = try bytes.withUnsafeBytes { try PlanReader.header($0) }
    // 36 elements of two groups of 16 tiles with 16 channels, and a cache line, transformed and multiplied.
    #expect(header.scratchBytes == 4 * 36 * 2 * (16 * 2 + 1) * 16)
  }

  @Test(arguments: [[1, 5, 16, 24], [1, 5, 48, 32]]) func paddedResidual(shape: [Int]) throws {
    var b = NetworkBuilder(seed: 33)
    let x = b.input(shape)
    let inner = b.add("Relu", [b.convolution(x, 5, 11, stride: 2)])
    let picked = b.add(
      "Slice", [x, b.integers([0, 0]), b.integers([1 << 30, 1 << 30]), b.integers([2, 3]), b.integers([2, 2])])
    let padded = b.add("Pad", [picked, b.integers([0, 3, 0, 0, 0, 3, 0, 0])])
    b.output(b.add("Relu", [b.add("Add", [b.convolution(inner, 11, 11), padded])]))
    var random = NetworkBuilder(seed: 80)
    let input = random.tensor(shape)
    let expected = try ReferenceInterpreter(b.graph).run([b.graph.inputs[0]: input])
    for isa in machineISAs where (ek_kernels_for(isa)?.pointee.tile_lanes ?? 0) > 0 {
      let plan = try Plan(copying: Compiler.compile(b.graph, options(isa)).bytes)
      #expect(!plan.instructions.contains { $0.opcode == .fill })
      try expectOutputs(of: plan, input, equal: expected, threads: 1, "isa \(isa.rawValue)")
    }
  }

  /// The same behind an image in tiles: convolution and shortcut take their lines and pixels from there, with zeros or
  /// without, and nothing else is brought into another order.
  @Test(arguments: [0, 3]) func halvedInTiles(added: Int) throws {
    var b = NetworkBuilder(seed: 34)
    let shape = [1, 5, 32, 40]
    let x = b.input(shape)
    let whole = b.add("Relu", [b.convolution(x, 5, 6)])
    let inner = b.add("Relu", [b.convolution(whole, 6, 11, stride: 2)])
    var shortcut = b.add(
      "Slice", [whole, b.integers([0, 0]), b.integers([1 << 30, 1 << 30]), b.integers([2, 3]), b.integers([2, 2])])
    if added > 0 { shortcut = b.add("Pad", [shortcut, b.integers([0, added, 0, 0, 0, 2, 0, 0])]) }
    let channels = added > 0 ? 6 + added + 2 : 6
    b.output(b.add("Relu", [b.add("Add", [b.convolution(inner, 11, channels), shortcut])]))
    var random = NetworkBuilder(seed: 81)
    let input = random.tensor(shape)
    let expected = try ReferenceInterpreter(b.graph).run([b.graph.inputs[0]: input])
    for isa in machineISAs where (ek_kernels_for(isa)?.pointee.tile_lanes ?? 0) > 0 {
      let plan = try Plan(copying: Compiler.compile(b.graph, options(isa)).bytes)
      #expect(plan.instructions.count { $0.opcode == .tilePhases } == 2)
      #expect(plan.instructions.count { $0.opcode == .tileOrder } == 2)
      for threads in 1...2 {
        try expectOutputs(of: plan, input, equal: expected, threads: threads, "isa \(isa.rawValue)")
      }
    }
  }

  /// Layers that cannot be in tiles take another algorithm: several pictures, sides that are no multiple of four.
  @Test(arguments: [[2, 3, 8, 8], [1, 3, 10, 8], [1, 3, 8, 9]]) func others(shape: [Int]) throws {
    var b = NetworkBuilder(seed: 32)
    let x = b.input(shape)
    b.output(b.add("Relu", [b.convolution(b.convolution(x, 3, 8), 8, 8)]))
    let result = try Compiler.compile(b.graph, options(ek_best_isa()))
    #expect(result.convolutionSites.count == 2 && result.convolutionSites.allSatisfy { $0.algorithm != .winogradTiled })
  }
}
