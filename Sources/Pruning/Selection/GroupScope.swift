/// Which groups of channels may be cut.
package enum GroupScope: String, Sendable, CaseIterable {
  /// Those of one producing layer: the inner convolutions of residual blocks, every convolution of a plain network. The
  /// paper's choice (AAP).
  case inner
  /// Coupled ones as well: what residual additions join goes together from all of its layers.
  case all

  package func admits(_ group: ChannelGroup) -> Bool {
    switch self {
    case .inner: group.producers.count == 1
    case .all: true
    }
  }
}
