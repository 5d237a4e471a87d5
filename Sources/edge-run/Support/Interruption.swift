import CPlatform

/// Whether Ctrl-C (or a termination request) has come. Long work asks between two steps and ends cleanly.
enum Interruption {
  static var isRequested: Bool { ep_interrupted() }

  /// Lets SIGINT and SIGTERM set the request instead of ending the process; the second one ends it.
  static func install() { ep_watch_interrupts() }
}
