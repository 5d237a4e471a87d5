/// Where to measure, as options and job files say it (CLI.md).
package enum DeviceAddress: Equatable, Sendable {
  /// This machine, in this process.
  case local
  /// A board, by ssh.
  case ssh(host: String, user: String?, port: Int?)
  /// A program that speaks edge-node's protocol on its standard input and output, such as an emulator with edge-node.
  case command(String)

  /// `local`, `ssh://[user@]host[:port]` or `exec:COMMAND`. An IPv6 address stands in brackets.
  ///
  /// - Throws: `DeviceError.address` where it is none of these.
  package init(_ text: String) throws(DeviceError) {
    if text == "local" {
      self = .local
    } else if let command = text.dropping("exec:") {
      guard command.contains(where: { !$0.isWhitespace }) else { throw .address(text, wanted: "a command after exec:") }
      self = .command(command)
    } else if let place = text.dropping("ssh://") {
      self = try DeviceAddress.ssh(place, text)
    } else {
      throw .address(text, wanted: "local, ssh://[user@]host[:port] or exec:COMMAND")
    }
  }

  private static func ssh(_ place: String, _ text: String) throws(DeviceError) -> DeviceAddress {
    let wanted = "ssh://[user@]host[:port]"
    var rest = place.hasSuffix("/") ? place.dropLast() : place[...]
    var user: String?
    if let at = rest.lastIndex(of: "@") {
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    var port: Int?
    let afterBracket = rest.lastIndex(of: "]").map { rest.index(after: $0) } ?? rest.startIndex
    if let colon = rest[afterBracket...].lastIndex(of: ":") {
      guard let number = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else {
        throw .address(text, wanted: "\(wanted), the port from 1 to 65535")
      }
      port = number
      rest = rest[..<colon]
    }
    let host = rest.hasPrefix("[") && rest.hasSuffix("]") ? String(rest.dropFirst().dropLast()) : String(rest)
    for name in [host, user ?? "user"] {
      // A leading hyphen would be an option to ssh.
      guard !name.isEmpty, !name.hasPrefix("-"), !name.contains(where: { $0.isWhitespace || "/@".contains($0) }) else {
        throw .address(text, wanted: wanted)
      }
    }
    return .ssh(host: host, user: user, port: port)
  }

  /// The address as it is written.
  package var text: String {
    switch self {
    case .local: "local"
    case .ssh(let host, let user, let port):
      "ssh://" + (user.map { $0 + "@" } ?? "") + (host.contains(":") ? "[\(host)]" : host)
        + (port.map { ":\($0)" } ?? "")
    case .command(let command): "exec:" + command
    }
  }

  /// The words that start edge-node there; nil for this process.
  ///
  /// Ssh asks nothing (there is nobody to answer), and notices within a minute where the board is gone. Boards look for
  /// `edge-node` in their path, in the home folder and in its `bin`.
  package var words: [String]? {
    switch self {
    case .local: nil
    case .command(let command): ["/bin/sh", "-c", command]
    case .ssh(let host, let user, let port):
      [
        "/usr/bin/env", "ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15",
        "-o", "ServerAliveCountMax=3",
      ] + (port.map { ["-p", "\($0)"] } ?? []) + (user.map { ["-l", $0] } ?? [])
        + ["--", host, #"PATH="$PATH:$HOME:$HOME/bin" exec edge-node serve"#]
    }
  }
}

extension String {
  /// The rest of a text that begins so.
  fileprivate func dropping(_ start: String) -> String? { hasPrefix(start) ? String(dropFirst(start.count)) : nil }
}
