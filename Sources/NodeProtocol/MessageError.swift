/// What can go wrong between computer and board.
package enum MessageError: Error, Equatable, Sendable {
  /// The other side ended the connection.
  case ended
  /// The other side said nothing for too long.
  case silent
  /// The caller stopped waiting.
  case stopped
  /// Something else than a message came, beginning with these bytes.
  case foreign([UInt8])
  case malformed(reason: String)
  /// An errno value.
  case system(Int32)
}
