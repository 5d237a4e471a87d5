import Graph
import Operators
import Runtime

/// The weights of a producing layer, filter by filter: whatever the layer's own layout, one row for an output channel.
package struct LayerFilters: Sendable {
  /// Output channels.
  package let channels: Int
  /// Input channels that a filter reads.
  package let inputs: Int
  /// Weights of one kernel: one filter's for one input channel.
  package let kernelSize: Int
  /// `[channels, inputs, kernelSize]`; biases are not among them.
  package let weights: [Float]

  /// Weights of one filter.
  package var filterSize: Int { inputs * kernelSize }

  package init(channels: Int, inputs: Int, kernelSize: Int, weights: [Float]) {
    self.channels = channels
    self.inputs = inputs
    self.kernelSize = kernelSize
    self.weights = weights
  }

  /// One filter's weights. Precondition: `channel < channels`.
  package subscript(channel: Int) -> ArraySlice<Float> {
    weights[channel * filterSize..<(channel + 1) * filterSize]
  }

  /// Nil for a node without constant weights of at least two axes. O(weights).
  init?(_ node: Node, in coupled: CoupledChannels) {
    guard let id = node.input(1), let tensor = coupled.graph.constants[id] ?? coupled.infos[id]?.constant,
      tensor.shape.count > 1, tensor.elementCount > 0
    else { return nil }
    let given = tensor.type == .float32 ? tensor.elements(as: Float.self) : tensor.doubles.map { Float($0) }
    let shape = tensor.shape
    let kernel = shape[2...].reduce(1, *)
    switch node.op {
    case Conv.name: self.init(channels: shape[0], inputs: shape[1], kernelSize: kernel, weights: given)
    case ConvTranspose.name:
      // [inputs, outputs of a group, kernel]: output o reads the inputs of its own group.
      let (groups, perGroup) = (max(node.groups, 1), shape[1])
      let (channels, inputs) = (perGroup * groups, shape[0] / groups)
      var weights: [Float] = []
      weights.reserveCapacity(given.count)
      for channel in 0..<channels {
        for input in 0..<inputs {
          let start = ((channel / perGroup * inputs + input) * perGroup + channel % perGroup) * kernel
          weights += given[start..<start + kernel]
        }
      }
      self.init(channels: channels, inputs: inputs, kernelSize: kernel, weights: weights)
    default:
      guard shape.count == 2 else { return nil }
      if node.transposesWeights {
        self.init(channels: shape[0], inputs: shape[1], kernelSize: 1, weights: given)
      } else {
        let (inputs, channels) = (shape[0], shape[1])
        let weights = (0..<channels).flatMap { column in (0..<inputs).map { given[$0 * channels + column] } }
        self.init(channels: channels, inputs: inputs, kernelSize: 1, weights: weights)
      }
    }
  }
}
