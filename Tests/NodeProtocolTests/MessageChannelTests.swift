import CPlatform
import NodeProtocol
import Testing

/// Messages through a connection inside this process.
@Suite struct MessageChannelTests {
  /// Both ends, closed with it.
  private final class Pair {
    let here: MessageChannel
    let there: MessageChannel
    private var descriptors: [Int32] = [-1, -1]

    init() throws {
      try #require(ep_socket_pair(&descriptors) == 0)
      here = MessageChannel(input: descriptors[0], output: descriptors[0], sending: .socket(patience: 200))
      there = MessageChannel(input: descriptors[1], output: descriptors[1], sending: .writing)
    }

    func closeThere() {
      ep_close(descriptors[1])
      descriptors[1] = -1
    }

    /// Puts bytes on the wire that need not be a message.
    func write(_ bytes: [UInt8]) {
      _ = bytes.withUnsafeBytes { ep_write_all(descriptors[1], $0.baseAddress, $0.count) }
    }

    deinit { for descriptor in descriptors where descriptor >= 0 { ep_close(descriptor) } }
  }

  @Test func messagesArrive() throws {
    let pair = try Pair()
    #expect(!pair.here.isReadable)
    try pair.there.send(.alive)
    try pair.there.send(.refused, Array("no".utf8))
    #expect(pair.here.isReadable)
    #expect(try pair.here.header(within: 5) == MessageHeader(.alive, byteCount: 0))
    let header = try pair.here.header(within: 5)
    #expect(header == MessageHeader(.refused, byteCount: 2))
    #expect(try pair.here.payload(header.byteCount, within: 5) == Array("no".utf8))
  }

  @Test func silenceEndsWaiting() throws {
    let pair = try Pair()
    #expect(throws: MessageError.silent) { try pair.here.header(within: 0.05) }
    // Half a header is no message either.
    pair.write([1, 2, 3])
    #expect(throws: MessageError.silent) { try pair.here.header(within: 0.05) }
  }

  @Test func stopsWhenAsked() throws {
    let pair = try Pair()
    #expect(throws: MessageError.stopped) { try pair.here.header(isStopped: { true }) }
  }

  @Test func aConnectionThatEnded() throws {
    let pair = try Pair()
    pair.closeThere()
    #expect(throws: MessageError.ended) { try pair.here.header(within: 5) }
    #expect(throws: MessageError.ended) { try pair.here.send(.hello) }
  }

  @Test func othersWordsAreForeign() throws {
    let pair = try Pair()
    pair.write(Array("Welcome to the board!\n".utf8))
    #expect(throws: MessageError.foreign(Array("Welcome to the b".utf8))) { try pair.here.header(within: 5) }
    let short = try Pair()
    short.write(Array("Hi\n".utf8))
    short.closeThere()
    #expect(throws: MessageError.foreign(Array("Hi\n".utf8))) { try short.here.header(within: 5) }
  }

  @Test func damagedHeadersAreRefused() throws {
    var bytes = MessageHeader(.load, byteCount: 5).bytes
    #expect(try MessageHeader(bytes) == MessageHeader(.load, byteCount: 5))
    bytes[15] = 0x7f
    #expect(throws: MessageError.self) { try MessageHeader(bytes) }
    bytes = MessageHeader(.load, byteCount: 5).bytes
    bytes[4] = 99
    #expect(throws: MessageError.self) { try MessageHeader(bytes) }
  }

  /// A peer that takes nothing does not hold the sender for ever.
  @Test func sendingIntoNothingEnds() throws {
    let pair = try Pair()
    #expect(throws: MessageError.silent) { try pair.here.send(.load, [UInt8](repeating: 0, count: 32 << 20)) }
  }
}
