/// What becomes of the channels of an operator's operands: all that pruning must know of it to take channels away.
package enum ChannelFlow: Sendable {
  /// Elements of one place meet, after broadcasting: their channels go together.
  case elementwise
  /// Elements are moved and repeated, none is computed.
  case movement
  /// Every channel (axis 1) is worked on for itself, by its own parameters.
  case channelwise
  /// Axes are folded; a channel survives where its own axis is not among them.
  case reduction
  /// The results' channels are new, each a sum over the operand's: `[N, C, spatial...]` by weights
  /// `[Cout, Cin / group, kernel...]`.
  case convolution
  /// The same by weights `[Cin, Cout / group, kernel...]`.
  case transposedConvolution
  /// The results' columns are new, each a sum over the operand's: by a matrix.
  case product
  /// It is not known what a result's element depends on, or all of them depend on all channels: none can be removed.
  case opaque
}

extension Operator {
  package static var channelFlow: ChannelFlow { .opaque }
}
extension UnaryOperator {
  package static var channelFlow: ChannelFlow { .elementwise }
}
extension BinaryOperator {
  package static var channelFlow: ChannelFlow { .elementwise }
}
extension ReduceOperator {
  package static var channelFlow: ChannelFlow { .reduction }
}
extension PoolOperator {
  package static var channelFlow: ChannelFlow { .channelwise }
}
extension GlobalPoolOperator {
  package static var channelFlow: ChannelFlow { .channelwise }
}
