import CPlatform
import Foundation
import Testing

/// A folder of its own for one test, removed afterwards.
private func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("edge-run-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

private func write(_ text: String, _ path: String, replace: Bool = false) -> Int32 {
  let bytes = Array(text.utf8)
  return ep_write_file(path, bytes, bytes.count, replace)
}

private func mapped(_ path: String) -> (error: Int32, bytes: [UInt8]) {
  var mapping = ep_mapping()
  let error = ep_map_file(path, &mapping)
  guard error == 0, let start = mapping.bytes else { return (error, []) }
  defer { ep_unmap(mapping) }
  return (0, Array(UnsafeRawBufferPointer(start: start, count: mapping.count)))
}

@Suite struct PlatformFilesTests {
  @Test func mapsRegularFilesOnly() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/file"
      #expect(write("hello", file) == 0)
      #expect(mapped(file) == (0, Array("hello".utf8)))
      #expect(write("", folder + "/empty") == 0)
      #expect(mapped(folder + "/empty") == (0, []))
      #expect(mapped(folder).error == EISDIR)
      #expect(mapped(folder + "/missing").error == ENOENT)
      #expect(mapped(file + "/below").error == ENOTDIR)
      #expect(mapped("/dev/null").error == ENODEV)
      // Opening a pipe that nobody writes to must not hang.
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(mapped(folder + "/pipe").error == ENODEV)
    }
  }

  @Test func filesInPiecesAppearWhole() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/file"
      for text in ["first", "the second"] {
        var output: OpaquePointer?
        #expect(ep_output_open(file, true, &output) == 0)
        for byte in Array(text.utf8) { #expect(ep_output_write(output, [byte], 1) == 0) }
        // Until the end there is the older file, or none.
        #expect(mapped(file).bytes == (text == "first" ? [] : Array("first".utf8)))
        #expect(ep_output_commit(output) == 0)
        #expect(mapped(file).bytes == Array(text.utf8))
      }
      var output: OpaquePointer?
      #expect(ep_output_open(file, true, &output) == 0)
      #expect(ep_output_write(output, "third", 5) == 0)
      ep_output_discard(output)
      ep_output_discard(nil)
      #expect(ep_output_open(file, false, &output) == EEXIST)
      #expect(mapped(file).bytes == Array("the second".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
      // A file that somebody else made meanwhile stays.
      let other = folder + "/other"
      #expect(ep_output_open(other, false, &output) == 0)
      #expect(write("theirs", other) == 0)
      #expect(ep_output_commit(output) == EEXIST)
      #expect(mapped(other).bytes == Array("theirs".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "other"])
    }
  }

  @Test func readsToTheEndWithinALimit() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/file"
      let text = String(repeating: "0123456789", count: 30_000)
      #expect(write(text, file) == 0)
      for (limit, expected) in [(300_000, Int32(0)), (299_999, EFBIG), (0, EFBIG), (Int.max, 0)] {
        let descriptor = ep_open_read(file)
        try #require(descriptor >= 0)
        defer { ep_close(descriptor) }
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        #expect(ep_read_all(descriptor, limit, &bytes, &count) == expected)
        if expected == 0 {
          #expect(count == text.utf8.count)
          #expect(Array(UnsafeRawBufferPointer(start: bytes, count: count)) == Array(text.utf8))
          ep_free(bytes)
        }
      }
      #expect(ep_open_read(folder) == -EISDIR)
      #expect(ep_open_read(folder + "/missing") == -ENOENT)
    }
  }

  @Test func readsPipesAndEndlessDevices() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    #expect(ep_write_all(ends[1], Array("abc".utf8), 3) == 0)
    var some: [UInt8] = [0, 0]
    #expect(ep_read_some(ends[0], &some, 2) == 2)
    #expect(some == Array("ab".utf8))
    ep_close(ends[1])
    var bytes: UnsafeMutableRawPointer?
    var count = 0
    #expect(ep_read_all(ends[0], 100, &bytes, &count) == 0)
    #expect(count == 1)
    ep_free(bytes)
    #expect(ep_read_some(ends[0], &some, 2) == 0)
    ep_close(ends[0])
    #expect(ep_read_some(ends[0], &some, 2) == -Int64(EBADF))

    let endless = ep_open_read("/dev/zero")
    try #require(endless >= 0)
    #expect(ep_read_all(endless, 1_000_000, &bytes, &count) == EFBIG)
    ep_close(endless)
  }

  @Test func writesWholeFilesAndRefusesToReplace() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/file"
      #expect(write("first", file) == 0)
      #expect(write("second", file) == EEXIST)
      #expect(mapped(file).bytes == Array("first".utf8))
      #expect(write("second", file, replace: true) == 0)
      #expect(mapped(file).bytes == Array("second".utf8))
      #expect(write("x", folder, replace: true) == EISDIR)
      #expect(write("x", folder + "/missing/file") == ENOENT)
      #expect(write("x", folder + "/" + String(repeating: "n", count: 300)) == ENAMETOOLONG)
      #expect(write("x", "/dev/null") == 0)
      #expect(write("x", "/dev/full") == ENOSPC)
      // Nothing temporary stays behind, neither after success nor after failure.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
      // As open to others as the umask says, not private.
      let mode = try #require(FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int)
      let mask = umask(0o022)
      umask(mask)
      #expect(mode == 0o666 & ~Int(mask))
    }
  }

  @Test func writesIntoTheCurrentFolder() throws {
    let name = "edge-run-test-\(UUID().uuidString)"
    #expect(write("here", name) == 0)
    #expect(mapped(name).bytes == Array("here".utf8))
    try FileManager.default.removeItem(atPath: name)
  }

  @Test func listsAFolderInOrder() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "a", "\u{00e9}", "C"] { #expect(write("", folder + "/" + name) == 0) }
      try FileManager.default.createDirectory(atPath: folder + "/aa", withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "aa")
      try FileManager.default.createSymbolicLink(atPath: folder + "/loose", withDestinationPath: "nowhere")
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      var listing = ep_listing()
      try #require(ep_list_directory(folder, 100, &listing) == 0)
      defer { ep_free_listing(listing) }
      let entries = UnsafeBufferPointer(start: listing.entries, count: listing.count)
      #expect(entries.map { String(cString: $0.name) } == ["C", "a", "aa", "b", "link", "loose", "pipe", "\u{00e9}"])
      let file = EP_FILE_REGULAR
      let directory = EP_FILE_DIRECTORY
      let other = EP_FILE_OTHER
      #expect(entries.map(\.kind) == [file, file, directory, file, directory, other, other, file])

      var unused = ep_listing()
      #expect(ep_list_directory(folder, 7, &unused) == EOVERFLOW)
      #expect(ep_list_directory(folder + "/a", 7, &unused) == ENOTDIR)
      #expect(ep_list_directory(folder + "/missing", 7, &unused) == ENOENT)
      var kind = file
      #expect(ep_kind_of_file(folder + "/link", &kind) == 0)
      #expect(kind == directory)
      #expect(ep_kind_of_file(folder + "/loose", &kind) == ENOENT)
    }
  }

  @Test func errorsHaveWords() {
    var buffer = [CChar](repeating: 1, count: 100)
    #expect(String(cString: ep_error_text(ENOENT, &buffer, buffer.count)) == "No such file or directory")
    #expect(String(cString: ep_error_text(ENOENT, &buffer, 8)) == "No such")
    #expect(!String(cString: ep_error_text(99_999, &buffer, buffer.count)).isEmpty)
  }
}
