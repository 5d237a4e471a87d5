/// How much of a model is accepted: a file may promise more than any machine holds.
package struct ImportLimits: Sendable {
  /// Bytes of the model file, and of the names that inlining makes; protobuf itself ends at 2 GiB.
  package var fileBytes = 1 << 31
  /// Nodes, functions inlined.
  package var nodes = 250_000
  /// Messages of all kinds in the file: nodes, attributes, tensors, dimensions.
  package var messages = 2_000_000
  /// Bytes of all tensors, external data included, and of attributes that are lists or texts.
  package var tensorBytes = 1 << 32
  /// Axes of a tensor.
  package var rank = 32
  /// Functions called from functions.
  package var functionDepth = 32

  package init() {}
}
