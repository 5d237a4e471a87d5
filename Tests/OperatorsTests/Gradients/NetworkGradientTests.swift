import Graph
import Operators
import Runtime
import Testing

/// Derivatives of whole networks by all of their weights and by the picture.
@Suite struct NetworkGradientTests {
  private static let relu: [String: Attribute] = ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))]

  @Test func residualNetwork() throws {
    try GradientNetwork.expectCorrect { network in
      let x = network.variable([2, 3, 8, 8])
      let first = network.add(
        "Relu", [network.batchNormalization(network.convolution(x, 3, 4, kernel: 3), 4)])
      let inner = network.batchNormalization(network.convolution(first, 4, 4, kernel: 3), 4, Self.relu)
      let block = network.batchNormalization(
        network.convolution(inner, 4, 4, kernel: 3), 4, residual: first, Self.relu)
      // The next one as a network that is trained on with its old statistics: BatchNormalization itself.
      let wide = network.convolution(block, 4, 6, kernel: 3, stride: 2)
      let statistics = [
        network.variable([6], scale: 0.5, around: 1), network.variable([6]),
        network.constant(Points.any([6])), network.constant(Points.between(0.5, 2, [6])),
      ]
      let normal = network.add("Relu", [network.add("BatchNormalization", [wide] + statistics)])
      // Option A of the residual networks for CIFAR: every other pixel, and channels of zeros.
      let starts = network.constant(Tensor([Int64(0), 0], shape: [2]))
      let ends = network.constant(Tensor([Int64(8), 8], shape: [2]))
      let axes = network.constant(Tensor([Int64(2), 3], shape: [2]))
      let steps = network.constant(Tensor([Int64(2), 2], shape: [2]))
      let every = network.add("Slice", [block, starts, ends, axes, steps])
      let pads = network.constant(Tensor([Int64(0), 1, 0, 0, 0, 1, 0, 0], shape: [8]))
      let sum = network.add("Add", [normal, network.add("Pad", [every, pads])])
      let pooled = network.add(
        "MaxPool", [sum], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
      return network.classified(pooled, batch: 2, channels: 6, classes: 5)
    }
  }

  @Test func squeezeAndExcitation() throws {
    try GradientNetwork.expectCorrect { network in
      let x = network.variable([2, 3, 8, 8])
      let stem = network.add(
        "HardSwish", [network.batchNormalization(network.convolution(x, 3, 8, kernel: 3, stride: 2), 8)])
      let wide = network.add(
        "HardSwish", [network.batchNormalization(network.convolution(stem, 8, 12, kernel: 1), 12)])
      let deep = network.add(
        "HardSwish", [network.batchNormalization(network.convolution(wide, 12, 12, kernel: 3, groups: 12), 12)])
      let squeezed = network.add(
        "Relu", [network.convolution(network.add("GlobalAveragePool", [deep]), 12, 4, kernel: 1)])
      let gate = network.add(
        "HardSigmoid", [network.convolution(squeezed, 4, 12, kernel: 1)], ["alpha": .float(1 / 6)])
      let excited = network.add("Mul", [deep, gate])
      let narrow = network.batchNormalization(network.convolution(excited, 12, 8, kernel: 1), 8, residual: stem)
      return network.classified(narrow, batch: 2, channels: 8, classes: 4)
    }
  }

  /// What other networks are made of: dense connections, shuffled channels, resampling, attention.
  @Test func branches() throws {
    try GradientNetwork.expectCorrect { network in
      let x = network.variable([2, 3, 8, 8])
      let clipped = network.add(
        "Clip",
        [
          network.convolution(x, 3, 4, kernel: 3), network.constant(Tensor(scalar: 0.0)),
          network.constant(Tensor(scalar: 6.0)),
        ])
      let dense = network.add(
        "Concat", [clipped, network.add("LeakyRelu", [network.convolution(clipped, 4, 4, kernel: 3)])],
        ["axis": .int(1)])
      let shape = network.constant(Tensor([Int64(2), 2, 4, 8, 8], shape: [5]))
      let shuffled = network.add(
        "Transpose", [network.add("Reshape", [dense, shape])], ["perm": .ints([0, 2, 1, 3, 4])])
      let whole = network.constant(Tensor([Int64(2), 8, 8, 8], shape: [4]))
      let mixed = network.add("Reshape", [shuffled, whole])
      let small = network.add(
        "AveragePool", [mixed], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
      let scales = network.constant(Tensor([Float(1), 1, 2, 2], shape: [4]))
      let large = network.add("Resize", [small, nil, scales], ["mode": .string("linear")])
      let gated = network.add("Mul", [large, network.add("Sigmoid", [large])])
      let up = network.add(
        "ConvTranspose", [gated, network.variable([8, 6, 2, 2], scale: 0.5)], ["strides": .ints([2, 2])])
      return network.classified(network.add("Gelu", [up]), batch: 2, channels: 6, classes: 3)
    }
  }

  /// Results that nothing depends on count as zero, and a value that is used several times gets the sum.
  @Test func unusedResultsAndSharedValues() throws {
    try GradientNetwork.expectCorrect { network in
      let x = network.variable([3, 6, 2])
      let part = network.add("Split", [x], ["axis": .int(1)], results: 3)
      let tripled = network.add("Concat", [part, network.add("Mul", [part, part]), x], ["axis": .int(1)])
      let order = network.constant(Tensor([Int64(1)], shape: [1]))
      let best = network.add("TopK", [tripled, order], ["axis": .int(-1)], results: 2)
      return network.weightedSum(
        of: network.add("Pow", [best, network.constant(Tensor(scalar: 3.0))]), shape: [3, 10, 1])
    }
  }
}
