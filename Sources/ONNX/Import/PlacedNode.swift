/// A node of the model's graph, or of a function's body put in its caller's place.
struct PlacedNode {
  var proto: ONNXNodeProto
  /// The version of the node's operator set; 0 where the model does not import the set.
  var opset: Int

  /// The exporter's name, or one made from operator and position.
  func name(_ position: Int) -> String { proto.name.isEmpty ? "\(proto.opType)_\(position)" : proto.name }
}
