/// How a 3 x 3 convolution of stride 1 is computed.
package enum ConvolutionAlgorithm: String, Sendable, Codable, CaseIterable {
  /// A matrix product for each tap.
  case direct
  /// Winograd's algorithm by tiles of 2 x 2 outputs.
  case winograd2x2 = "winograd-2x2"
  /// Winograd's algorithm by tiles of 4 x 4 outputs.
  case winograd4x4 = "winograd-4x4"
  /// The same with images in tiles (`TiledConvolution`), which convolutions of stride 2 between them then make
  /// (`StridedTiledConvolution`); another one where they are not to be had.
  case winogradTiled = "winograd-tiled"

  /// Side of Winograd's tile for images in pixels; nil without one.
  var tile: Int? {
    switch self {
    case .direct, .winogradTiled: nil
    case .winograd2x2: 2
    case .winograd4x4: 4
    }
  }
}

/// Which algorithm convolutions take where they have a choice.
package enum AlgorithmChoice: Sendable {
  /// The one that is estimated to be fastest.
  case estimated
  /// The same everywhere.
  case always(ConvolutionAlgorithm)
  /// What was measured, by layers' `ConvolutionSite.layer`; others are estimated.
  case measured([String: ConvolutionAlgorithm])

  /// Nil where it is to be estimated.
  func algorithm(of layer: String) -> ConvolutionAlgorithm? {
    switch self {
    case .estimated: nil
    case .always(let algorithm): algorithm
    case .measured(let choices): choices[layer]
    }
  }
}

/// A convolution of a network that had a choice of algorithms.
package struct ConvolutionSite: Sendable, Hashable {
  /// The node's name.
  package let node: String
  /// All that its time depends on, such as `1x32x32x16 to 1x32x32x16 padding 1x1`: layers that say the same choose
  /// the same.
  package let layer: String
  /// What it took.
  package let algorithm: ConvolutionAlgorithm

  package init(node: String, layer: String, algorithm: ConvolutionAlgorithm) {
    self.node = node
    self.layer = layer
    self.algorithm = algorithm
  }
}
