import Graph
import Runtime

/// All that is known of one producing layer when its channels are judged.
package struct LayerEvidence: Sendable {
  /// A batch normalisation behind the layer: what it makes of a channel has this mean and this deviation.
  package struct Normalization: Sendable {
    /// gamma.
    package let scale: [Double]
    /// beta.
    package let bias: [Double]
  }

  /// The layer's activation, averaged over all pictures.
  package struct ActivationMap: Sendable {
    /// `[channels, positions]`
    package let means: [Double]
    package let positions: Int
    /// For each channel, of the mean of |means| over positions: the standard error that differences between batches
    /// tell of; nil for fewer than two batches.
    package let standardErrors: [Double]?
  }

  /// The derivatives of pictures' losses by gates that multiply the layer's channels, at 1: sum over positions of A dL/dA.
  package struct GateGradients: Sendable {
    /// For each channel the mean over all pictures of the derivative's magnitude.
    package let magnitudes: [Double]
    /// The same of its square.
    package let squares: [Double]

    package init(magnitudes: [Double], squares: [Double]) {
      self.magnitudes = magnitudes
      self.squares = squares
    }
  }

  /// Position of the layer's node in the graph.
  package let layer: Int
  package let name: String
  package let channels: Int
  package let filters: LayerFilters
  /// For one picture.
  package let multiplyAccumulates: Int
  /// Nil where no batch normalisation follows.
  package let normalization: Normalization?
  /// Nil where activations were not asked for.
  package internal(set) var activation: ActivationMap?
  /// Nil where gradients were not asked for.
  package internal(set) var gateGradients: GateGradients?

  package init(
    layer: Int, name: String, filters: LayerFilters, multiplyAccumulates: Int, normalization: Normalization? = nil,
    activation: ActivationMap? = nil, gateGradients: GateGradients? = nil
  ) {
    self.layer = layer
    self.name = name
    channels = filters.channels
    self.filters = filters
    self.multiplyAccumulates = multiplyAccumulates
    self.normalization = normalization
    self.activation = activation
    self.gateGradients = gateGradients
  }
}

extension LayerEvidence {
  /// - Throws: `PruningError.notJudged` where gradients were not asked for.
  func gateGradients(for criterion: any ImportanceCriterion) throws(PruningError) -> GateGradients {
    guard let gateGradients else {
      throw .notJudged(layer: name, criterion: criterion.name, reason: "no pictures were run for its derivatives")
    }
    return gateGradients
  }
}
