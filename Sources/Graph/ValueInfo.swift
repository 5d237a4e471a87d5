import Runtime

/// What is known of a value before anything runs: type, shape, and its elements where they do not depend on inputs.
package struct ValueInfo: Sendable, Equatable {
  package var type: ElementType
  package var shape: [Int]
  /// The elements, where known.
  package var constant: Tensor?

  package init(type: ElementType, shape: [Int], constant: Tensor? = nil) {
    self.type = type
    self.shape = shape
    self.constant = constant
  }

  package init(_ tensor: Tensor) { self.init(type: tensor.type, shape: tensor.shape, constant: tensor) }

  /// Number of axes.
  package var rank: Int { shape.count }
}
