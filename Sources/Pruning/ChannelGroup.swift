import Graph

/// Channels that can only be removed together with all that is coupled to them, and that compete with one another: those
/// which the same layers produce and which are in the same values, so that a group of which any stays empties none.
///
/// A residual block's inner convolution makes a group of its own; the convolutions whose results are added to one
/// another make one group together.
package struct ChannelGroup: Sendable {
  /// One channel of a layer's result.
  package struct Member: Hashable, Sendable {
    /// Position of the layer's node in the graph.
    package let node: Int
    /// Output channel of a convolution, column of a product.
    package let channel: Int
  }

  /// A channel with everything that goes with it.
  package struct Channel: Sendable {
    /// Its name in `CoupledChannels`.
    package let id: Int32
    /// The layers' outputs that it consists of: at least one.
    package let members: [Member]
  }

  /// Positions of the nodes that produce the channels, ascending.
  package let producers: [Int]
  package let channels: [Channel]
}
