import CPlatform
import NodeProtocol

/// Tells the computer now and then that measuring goes on, and notices where the computer does not wait any more.
struct SignOfLife {
  private let channel: MessageChannel
  private var last = ep_now_ns()

  /// The computer hears from the board about this often.
  private static let nanoseconds: UInt64 = 5_000_000_000

  init(_ channel: MessageChannel) { self.channel = channel }

  /// Whether the computer left, or asks for something else. Cheap enough to be asked between any two runs.
  mutating func isLost() -> Bool {
    if ep_interrupted() || channel.isReadable { return true }
    let now = ep_now_ns()
    guard now - last >= SignOfLife.nanoseconds else { return false }
    last = now
    do throws(MessageError) {
      try channel.send(.alive)
      return false
    } catch {
      return true
    }
  }
}
