/// A layer whose channels may be removed, or a layer that reads such: as it is in one network of a campaign.
package struct LayerRecord: Sendable, Equatable, Codable {
  /// The node's name.
  package var name: String
  package var op: String
  /// Input channels.
  package var inputs: Int
  /// Output channels: the layer's width.
  package var outputs: Int
  package var parameters: Int
  /// Multiply-accumulates for one picture.
  package var multiplyAccumulates: Int
  /// Milliseconds of the layer alone on the target, where it was measured.
  package var latency: Double?

  package init(
    name: String, op: String, inputs: Int, outputs: Int, parameters: Int, multiplyAccumulates: Int, latency: Double?
  ) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.outputs = outputs
    self.parameters = parameters
    self.multiplyAccumulates = multiplyAccumulates
    self.latency = latency
  }
}
