import Imaging

/// What may be chosen of a built-in architecture.
package struct NetworkParameters: Sendable, Equatable {
  /// The values that weights begin with.
  package enum Initialisation: Sendable, Equatable {
    /// Random as the architecture's reference does; the same seed gives the same weights on every machine.
    case random(seed: UInt64)
    /// Zeros, for those who only ask for sizes.
    case zeros
  }

  /// Outputs of the classifier.
  package var classCount: Int
  /// Size of the pictures.
  package var inputSize: PixelSize
  package var initialisation: Initialisation

  package init(classCount: Int, inputSize: PixelSize, initialisation: Initialisation = .random(seed: 1)) {
    self.classCount = classCount
    self.inputSize = inputSize
    self.initialisation = initialisation
  }
}
