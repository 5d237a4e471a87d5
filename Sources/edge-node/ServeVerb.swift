import NodeProtocol
import Runtime

/// `edge-node serve`: measures for a computer that is connected to standard input and output, until it leaves.
enum ServeVerb {
  static func run(_ words: [String]) throws(NodeError) -> Int32 {
    let common = try CommonOptions(verb: "serve", words)
    if common.help { return Console.write(Help.serve) ? 0 : 74 }
    var server = NodeServer(MessageChannel(input: 0, output: 1, sending: .writing))
    do throws(MessageError) {
      try server.serve()
    } catch {
      switch error {
      case .ended: return 0
      case .stopped: throw .interrupted("the computer connects again")
      case .silent, .system: throw .connection("standard input or output failed")
      case .foreign: throw .connection("standard input is no computer's: edge-run starts this program itself")
      case .malformed(let reason): throw .connection("standard input is no computer's: \(reason)")
      }
    }
    return 0
  }
}
