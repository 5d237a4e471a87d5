import Devices
import Testing

@Suite struct DeviceAddressTests {
  @Test(arguments: [
    ("local", DeviceAddress.local),
    ("ssh://board", .ssh(host: "board", user: nil, port: nil)),
    ("ssh://pi@board.local:2222", .ssh(host: "board.local", user: "pi", port: 2222)),
    ("ssh://pi@[fe80::1%eth0]:22", .ssh(host: "fe80::1%eth0", user: "pi", port: 22)),
    ("ssh://[::1]", .ssh(host: "::1", user: nil, port: nil)),
    ("exec:qemu-aarch64-static ./edge-node serve", .command("qemu-aarch64-static ./edge-node serve")),
  ])
  func addressesAreRead(_ text: String, _ address: DeviceAddress) throws {
    #expect(try DeviceAddress(text) == address)
    #expect(address.text == text)
  }

  @Test func aSlashAtTheEndDoesNoHarm() throws {
    #expect(try DeviceAddress("ssh://board/") == .ssh(host: "board", user: nil, port: nil))
  }

  @Test(arguments: [
    "", "board", "ssh:board", "ssh://", "ssh://@board", "ssh://pi@", "ssh://board:", "ssh://board:0",
    "ssh://board:65536", "ssh://board:x", "ssh://-oProxyCommand=x", "ssh://-l@board", "ssh://board/path", "ssh://a b",
    "exec:", "exec:  ", "tcp://board",
  ])
  func othersAreRefused(_ text: String) {
    let error = #expect(throws: DeviceError.self) { try DeviceAddress(text) }
    #expect(error?.exitCode == 64)
    #expect(error?.message.contains("expected") == true)
  }

  @Test func sshIsAskedForEdgeNode() throws {
    let words = try #require(try DeviceAddress("ssh://pi@board:2222").words)
    #expect(words.prefix(2) == ["/usr/bin/env", "ssh"])
    #expect(words.suffix(2).first == "board" && words.last?.hasSuffix("edge-node serve") == true)
    for pair in [["-p", "2222"], ["-l", "pi"], ["-o", "BatchMode=yes"]] {
      #expect(zip(words, words.dropFirst()).contains { $0 == pair[0] && $1 == pair[1] })
    }
    #expect(try DeviceAddress("local").words == nil)
  }
}
