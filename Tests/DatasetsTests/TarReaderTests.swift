import Datasets
import Testing

@Suite struct TarReaderTests {
  private func entries(_ bytes: [UInt8], limits: DatasetLimits = DatasetLimits()) throws(DatasetError) -> [TarEntry] {
    var reader = TarReader(source: MemorySource(bytes: bytes), limits: limits)
    var entries: [TarEntry] = []
    while let entry = try reader.next() { entries.append(entry) }
    let afterTheEnd = try reader.next()
    #expect(afterTheEnd == nil)
    return entries
  }

  @Test func readsEveryDialect() throws {
    let long = String(repeating: "long/", count: 60) + "name.jpg"
    var tar = TarBuilder()
    tar.add("plain.jpg", [1, 2, 3])
    tar.add("old", [4], type: "\0", magic: "\0\0\0\0\0\0\0\0")
    tar.add("folder/", type: "5")
    tar.add("oldfolder/", type: "\0")
    tar.add("name.jpg", [5], prefix: "some/prefix")
    tar.add("gnu.jpg", [6], prefix: "not a prefix", magic: "ustar  \0")
    tar.add("././@LongLink", Array(long.utf8) + [0], type: "L")
    tar.add("cut", [7, 7])
    tar.addPax([("path", "päx/" + long), ("mtime", "1.5")])
    tar.add("cut", [8])
    tar.add("link", type: "2")
    tar.add("hard", type: "1", size: Array("00000000777\0".utf8))
    tar.addPax([("comment", "for all")], type: "g")
    tar.add("contiguous.jpg", [9], type: "7")
    tar.end()
    let found = try entries(tar.bytes)
    #expect(
      found.map(\.name) == [
        "plain.jpg", "old", "folder/", "oldfolder/", "some/prefix/name.jpg", "gnu.jpg", long, "päx/" + long, "link",
        "hard", "contiguous.jpg",
      ])
    #expect(found.map(\.kind).filter { $0 == .file }.count == 7)
    #expect(found[2].kind == .folder && found[3].kind == .folder && found[8].kind == .other && found[9].kind == .other)
    for (index, first) in [(0, UInt8(1)), (1, 4), (4, 5), (5, 6), (6, 7), (7, 8), (10, 9)] {
      #expect(tar.bytes[Int(found[index].offset)] == first)
    }
    #expect(found[0].byteCount == 3)
  }

  @Test func readsSizesInBase256AndFromPax() throws {
    var tar = TarBuilder()
    tar.add("binary.jpg", [1, 2, 3, 4, 5], size: [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5])
    tar.addPax([("size", "4")])
    tar.add("pax.jpg", [1, 2, 3, 4], size: Array("00000000000\0".utf8))
    tar.add("after.jpg", [1])
    tar.end()
    #expect(try entries(tar.bytes).map(\.byteCount) == [5, 4, 1])
  }

  @Test func aTruncatedArchiveNamesTheOffset() throws {
    var tar = TarBuilder()
    tar.add("a.jpg", [UInt8](repeating: 1, count: 700))
    tar.add("b.jpg", [2])
    tar.end()
    // Where the header that is cut short, or whose content is, begins; the last is the missing end mark.
    for (length, offset) in [(100, 0), (600, 0), (1211, 0), (1536, 1536), (1600, 1536), (2048, 1536), (2560, 2560)] {
      do throws(DatasetError) {
        _ = try entries(Array(tar.bytes.prefix(length)))
        Issue.record("\(length) bytes were accepted")
      } catch {
        guard case .damagedArchive(_, let at, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(at == UInt64(offset), "\(length) bytes")
        #expect(error.message.contains("byte \(offset)"))
      }
    }
    #expect(try entries(Array(tar.bytes.prefix(3072))).count == 2, "one zero block is an end")
  }

  @Test func refusesWhatItCannotRead() throws {
    var sparse = TarBuilder()
    sparse.add("holes.jpg", [1], type: "S")
    sparse.end()
    expectError { () throws(DatasetError) in try entries(sparse.bytes) }
    var paxSparse = TarBuilder()
    paxSparse.addPax([("GNU.sparse.major", "1")])
    paxSparse.add("holes.jpg", [1])
    paxSparse.end()
    expectError { () throws(DatasetError) in try entries(paxSparse.bytes) }
    for size in [
      Array("00000000x00\0".utf8), [0xff] + [UInt8](repeating: 0xff, count: 11),
      [0x80] + [UInt8](repeating: 0xff, count: 11), Array("777777777777".utf8),
    ] {
      var tar = TarBuilder()
      tar.add("a.jpg", [1], size: size)
      tar.end()
      expectError { () throws(DatasetError) in try entries(tar.bytes) }
    }
    for records in ["99 path=a\n", "x path=a\n", "8 pathea\n", "3 \n", "9999999999 path=a\n", "12 size=abcd\n"] {
      var tar = TarBuilder()
      tar.add("pax", Array(records.utf8), type: "x")
      tar.add("a.jpg", [1])
      tar.end()
      expectError { () throws(DatasetError) in try entries(tar.bytes) }
    }
    var huge = TarBuilder()
    huge.add("x", [UInt8](repeating: 32, count: 3000), type: "L")
    huge.end()
    var limits = DatasetLimits()
    limits.extendedHeaderBytes = 2000
    expectError(.limitExceeded(path: "memory.tar", what: "bytes in an extended header", limit: 2000)) {
      () throws(DatasetError) in try entries(huge.bytes, limits: limits)
    }
    limits = DatasetLimits()
    limits.nameBytes = 2000
    huge.add("short", [1])
    expectError { () throws(DatasetError) in try entries(Array(huge.bytes.dropLast(0)), limits: limits) }
  }

  @Test func survivesMutation() throws {
    var tar = TarBuilder()
    tar.add("train/cat/1.jpg", [UInt8](repeating: 1, count: 30))
    tar.add("././@LongLink", Array("train/dog/\(String(repeating: "y", count: 120)).jpg".utf8), type: "L")
    tar.add("cut", [1, 2, 3])
    tar.addPax([("path", "test/dog/2.png"), ("size", "2")])
    tar.add("cut", [3, 4])
    tar.add("test/cat/", type: "5")
    tar.add("test/cat/3.jpg", [5], size: [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    tar.end()
    var generator = SeededGenerator(seed: 11)
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = tar.bytes
      for _ in 0..<generator.integer(1...4) { mutate(&bytes, with: &generator) }
      // Half of the time the sums are made right again, so that what lies behind them is reached.
      if generator.chance(0.5) { Self.repairSums(&bytes) }
      do throws(DatasetError) {
        let found = try entries(bytes)
        accepted += 1
        #expect(found.allSatisfy { $0.offset + $0.byteCount <= UInt64(bytes.count) })
      } catch {
        #expect(error.exitCode == 65)
      }
    }
    #expect(accepted > 100, "mutations must also reach the end")
  }

  private static func repairSums(_ bytes: inout [UInt8]) {
    for start in stride(from: 0, through: bytes.count - 512, by: 512) where bytes[start] != 0 {
      for index in 148..<156 { bytes[start + index] = 32 }
      let sum = bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }
      for (index, byte) in (TarBuilder.octal(sum, digits: 6) + "\0 ").utf8.enumerated() {
        bytes[start + 148 + index] = byte
      }
    }
  }
}
