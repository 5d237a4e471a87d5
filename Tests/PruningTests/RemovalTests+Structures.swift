import Graph
import ONNX
import Pruning
import Testing

/// Networks that name channels by numbers, sizes and positions.
extension RemovalTests {
  /// Every second channel of every group.
  private func half(_ coupled: CoupledChannels) -> Set<Int32> {
    Set(coupled.groups.flatMap { group in group.channels.indices.filter { $0 % 2 == 1 }.map { group.channels[$0].id } })
  }

  private func expectHalvesEqual(_ network: Graph) throws { try expectEqual(network, choice: half) }

  /// The channels of each group.
  private func widths(_ network: Graph) throws -> [Int] { try CoupledChannels(network).groups.map(\.channels.count) }

  @Test func outputsKeepTheirShapes() throws {
    var sketch = Sketch(batch: .fixed(1))
    let network = sketch.classified(sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3]), 8, batch: .fixed(1))
    let coupled = try CoupledChannels(network)
    let smaller = try coupled.removing(half(coupled))
    let read = try ONNXModel.encode(smaller).withUnsafeBytes { try ONNXModel.parse($0, file: "smaller.onnx") }.graph
    for graph in [coupled.graph, smaller, read] {
      #expect(graph.values[graph.outputs[0].index].shape == [.symbolic("batch"), .fixed(4)])
    }
  }

  @Test(arguments: [true, false]) func partsOfASplitKeepChannels(_ isPooled: Bool) throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 1, 1])
    let parts = sketch.parts(wide, sizes: [4, 4], used: [true, true])
    let left = sketch.convolution(parts[0], [4, 1, 3, 3], groups: 4)
    let pool: [String: Attribute] = ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])]
    let right = isPooled ? sketch.add("AveragePool", [parts[1]], pool) : parts[1]
    let network = sketch.classified(sketch.add("Concat", [left, right], ["axis": .int(1)]), 8)
    let coupled = try CoupledChannels(network)
    #expect(coupled.groups.map(\.channels.count) == [4, 4])
    let smallest = ChannelSelection(coupled.groups).smallest
    #expect(smallest.widths == [1, 1])
    try expectEqual(network) { _ in smallest.removed }
    for group in coupled.groups {
      #expect(throws: PruningError.self) { try coupled.removing(Set(group.channels.map(\.id))) }
    }
  }

  @Test func unusedPartsOfASplitHaveSizes() throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 1, 1])
    let parts = sketch.parts(wide, sizes: [2, 3, 3], used: [true, false, true])
    try expectHalvesEqual(sketch.classified(sketch.add("Concat", [parts[0], parts[2]], ["axis": .int(1)]), 5))
  }

  @Test(arguments: [[1], [1, 1], [6], [1, 6]]) func addendsOfProducts(_ addend: [Int]) throws {
    var sketch = Sketch()
    let means = sketch.means(sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3]))
    let hidden = sketch.product(means, 8, 6, addend: sketch.constant(addend))
    let image = sketch.add("Unsqueeze", [hidden, sketch.integers([2, 3])])
    let network = sketch.classified(image, 6)
    #expect(try widths(network) == [8, 6])
    try expectHalvesEqual(network)
  }

  @Test func computedAddendsOfProducts() throws {
    var sketch = Sketch()
    let means = sketch.means(sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3]))
    let hidden = sketch.product(means, 8, 6, addend: sketch.product(means, 8, 6))
    let network = sketch.classified(sketch.add("Unsqueeze", [hidden, sketch.integers([2, 3])]), 6)
    #expect(try widths(network) == [8, 6])
    try expectHalvesEqual(network)
  }

  @Test func expansionsToComputedSizes() throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3])
    let means = sketch.add("GlobalAveragePool", [wide])
    let spread = sketch.add("Expand", [means, sketch.batched(wide, [8, 8, 8])])
    try expectHalvesEqual(sketch.classified(sketch.add("Concat", [wide, spread], ["axis": .int(1)]), 16))
  }

  /// Known for one picture, but no constant: what it meets stays.
  @Test func factorsThatGrowWithTheBatch() throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3])
    let factors = sketch.add("Expand", [sketch.constant([1, 8, 1, 1]), sketch.batched(wide, [8, 1, 1])])
    let product = sketch.add("Mul", [wide, factors])
    let network = sketch.classified(sketch.convolution(product, [6, 8, 3, 3]), 6)
    #expect(try widths(network) == [6])
    try expectHalvesEqual(network)
  }

  @Test(arguments: [true, false]) func resizingToSizes(_ isComputed: Bool) throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3])
    let sizes: ValueID
    if isComputed {
      let kept = sketch.add("Shape", [wide], ["start": .int(0), "end": .int(2)])
      sizes = sketch.add("Concat", [kept, sketch.integers([4, 6])], ["axis": .int(0)])
    } else {
      sizes = sketch.integers([4, 6])
    }
    let axes: [String: Attribute] = isComputed ? [:] : ["axes": .ints([2, 3])]
    let resized = sketch.add("Resize", [wide, nil, nil, sizes], axes)
    try expectHalvesEqual(sketch.classified(resized, 8))
  }

  @Test func scalesOfFourAxesAreNoFourChannels() throws {
    var sketch = Sketch()
    let narrow = sketch.convolution(sketch.graph.inputs[0], [4, 3, 3, 3])
    let scales = sketch.graph.addConstant("scales", Tensor([1, 1, 2, 2] as [Float], shape: [4]))
    try expectHalvesEqual(sketch.classified(sketch.add("Resize", [narrow, nil, scales]), 4))
  }

  @Test(arguments: ["constant", "reflect", "edge"]) func paddedPictures(_ mode: String) throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3])
    let pads = sketch.integers([0, 0, 1, 1, 0, 0, 1, 1])
    let padded = sketch.add("Pad", [wide, pads], ["mode": .string(mode)])
    let network = sketch.classified(sketch.convolution(padded, [6, 8, 3, 3]), 6)
    #expect(try widths(network) == [8, 6])
    try expectHalvesEqual(network)
  }

  @Test(arguments: [[-2, -1], [-2, 3], [1, -3]]) func channelsTakenByPads(_ pads: [Int]) throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [8, 3, 3, 3])
    let padded = sketch.add("Pad", [wide, sketch.integers([0, pads[0], 0, 0, 0, pads[1], 0, 0])])
    let channels = 8 + pads[0] + pads[1]
    let other = sketch.convolution(sketch.graph.inputs[0], [channels, 3, 3, 3])
    try expectHalvesEqual(sketch.classified(sketch.add("Add", [padded, other]), channels))
  }

  /// Copies of other channels cannot go with what they meet.
  @Test func reflectedChannelsStay() throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.graph.inputs[0], [6, 3, 3, 3])
    let padded = sketch.add(
      "Pad", [sketch.convolution(wide, [8, 6, 3, 3]), sketch.integers([0, 2, 0, 0, 0, 0, 0, 0])],
      ["mode": .string("reflect")])
    #expect(try widths(sketch.classified(padded, 10)) == [6])
  }

  @Test(arguments: ["Slice", "Gather"]) func channelsThatCannotBeNamedStay(_ op: String) throws {
    var sketch = Sketch()
    let wide = sketch.convolution(sketch.convolution(sketch.graph.inputs[0], [6, 3, 3, 3]), [8, 6, 3, 3])
    let chosen: ValueID
    if op == "Slice" {
      let bounds = [[0], [8], [1], [2]].map { sketch.integers($0) }
      chosen = sketch.add("Slice", [wide] + bounds)
    } else {
      let square = sketch.integers([0, 2, 4, 6], shape: [2, 2])
      let gathered = sketch.add("Gather", [wide, square], ["axis": .int(1)])
      chosen = sketch.add("Reshape", [gathered, sketch.integers([0, 4, 8, 8])])
    }
    let network = sketch.classified(chosen, 4)
    #expect(try widths(network) == [6])
    try expectHalvesEqual(network)
  }
}
