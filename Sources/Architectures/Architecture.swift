import Graph
import Imaging

/// A built-in architecture: a network that can be trained from scratch.
///
/// Networks have one input, `input` (batch x 3 x height x width), and one output, `logits` (batch x classes). Batch
/// normalisations are nodes of their own, so that the network can be trained and pruned. Weights are named as in the
/// architecture's usual PyTorch implementation.
package struct Architecture: Sendable {
  /// The name on the command line.
  package let name: String
  /// What it is, in a line.
  package let summary: String
  /// The size of pictures that it was designed for.
  package let inputSize: PixelSize
  /// The number of classes of the data set that it was published with.
  package let classCount: Int
  /// The smallest side of a picture that leaves every layer something to do.
  let minimumSide: Int
  private let prepare: @Sendable (PixelSize) -> Preprocessing
  private let build: @Sendable (inout NetworkBuilder) -> Void

  init(
    name: String, summary: String, inputSize: Int, classCount: Int, minimumSide: Int,
    preprocessing: @escaping @Sendable (PixelSize) -> Preprocessing,
    build: @escaping @Sendable (inout NetworkBuilder) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.inputSize = PixelSize(square: inputSize)
    self.classCount = classCount
    self.minimumSide = minimumSide
    self.prepare = preprocessing
    self.build = build
  }

  /// All of them, in the order of the listing.
  package static let all: [Architecture] =
    CIFARResNet.all + [.vgg16, .mobileNetV2ForCIFAR, .denseNet40] + ResNet.all + [.mobileNetV1, .mobileNetV2, .signNet]

  /// The one of a name, or nil.
  package static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }

  /// How pictures are prepared for it, at its own input size or another one.
  package func preprocessing(inputSize: PixelSize? = nil) -> Preprocessing { prepare(inputSize ?? self.inputSize) }

  /// Its own class count and input size.
  package func parameters(seed: UInt64 = 1) -> NetworkParameters {
    NetworkParameters(classCount: classCount, inputSize: inputSize, initialisation: .random(seed: seed))
  }

  /// The network, with its preprocessing in the metadata.
  ///
  /// - Throws: `GraphError.malformed` where the network cannot have these parameters.
  /// - Complexity: O(weights).
  package func graph(_ parameters: NetworkParameters) throws(GraphError) -> Graph {
    guard (1...Architecture.maximumClassCount).contains(parameters.classCount) else {
      throw .malformed(
        reason: "\(name) with \(parameters.classCount) classes: 1 to \(Architecture.maximumClassCount) are possible")
    }
    let size = parameters.inputSize
    let sides = minimumSide...Architecture.maximumSide
    guard sides.contains(size.width), sides.contains(size.height) else {
      throw .malformed(
        reason: "\(name) for pictures of \(size.width)x\(size.height): sides of \(sides.lowerBound) to "
          + "\(sides.upperBound) are possible")
    }
    var network = NetworkBuilder(name: name, parameters)
    build(&network)
    network.graph.metadata["preprocessing"] = prepare(size).text
    return network.graph
  }

  /// More classes than any data set has.
  private static let maximumClassCount = 1_000_000
  /// Longer sides than any classifier's.
  private static let maximumSide = 4096
}
