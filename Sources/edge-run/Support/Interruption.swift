import Dispatch
import Foundation
import Synchronization

/// Whether Ctrl-C (or a termination request) has come. Long work asks between two steps and ends cleanly.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Lets SIGINT and SIGTERM set the request instead of ending the process; the second one ends it.
  static func install() {
    for signalNumber in [SIGINT, SIGTERM] {
      signal(signalNumber) { number in
        if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
  }
}
