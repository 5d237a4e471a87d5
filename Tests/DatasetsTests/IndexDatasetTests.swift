import Datasets
import TestSupport
import Testing

@Suite struct IndexDatasetTests {
  private func open(_ text: String, files: [String] = []) throws(DatasetError) -> Dataset {
    try open(bytes: Array(text.utf8), files: files)
  }

  private func open(
    bytes: [UInt8], files: [String] = [], limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    do {
      let folder = try TemporaryFolder()
      for file in files { try folder.write([1], to: file) }
      try folder.write(bytes, to: "index.csv")
      return try Dataset.open(folder.root, limits: limits)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .missing(path: "\(error)")
    }
  }

  @Test func readsQuotedFieldsMarksAndLineEnds() throws {
    let text =
      "\u{feff}file,class_index,synset,name\r\n\"a, \"\"b\"\".jpg\",2,n1,\"tench, Tinca\"\r\n\r\nc.jpg,0,,\n"
      + "\"two\nlines.jpg\",2,n1,other\rd.png,0"
    let dataset = try open(text)
    #expect(dataset.kind == .index)
    #expect(dataset.classNames == ["0", "1", "tench, Tinca"])
    #expect(dataset.samples.map(\.classIndex) == [2, 0, 2, 0])
    #expect(
      dataset.samples.map(\.location) == [
        .file(path: "a, \"b\".jpg"), .file(path: "c.jpg"), .file(path: "two\nlines.jpg"), .file(path: "d.png"),
      ])
  }

  @Test func columnsMayBeAnywhereAndUnnamed() throws {
    #expect(try open("id,class_index,file\n7,3,x.jpg\n").samples.map(\.classIndex) == [3])
    #expect(try open("x.jpg,3\ny.jpg,1\n").samples.map(\.classIndex) == [3, 1])
  }

  @Test func badRowsNameTheirLine() throws {
    for (text, line) in [
      ("file,class_index\na.jpg,0\nb.jpg\n", 3), ("file,class_index\na.jpg,-1\n", 2),
      ("file,class_index\n\n\na.jpg,1.5\n", 4), ("file,class_index\na.jpg,99999999999999999999\n", 2),
      ("file,class_index\na.jpg,1000000\n", 2), ("file,class_index\n,1\n", 2),
      ("file,class_index\n\"a.jpg,1\nb,2\n", 2), ("file,class_index\n\"a\"b.jpg,1\n", 2),
      ("file,class_index\na\"b.jpg,1\n", 2), ("name\nx\n", 1), ("file,class_index\n\"a\nb\",1\nc\n", 4),
    ] {
      do throws(DatasetError) {
        _ = try open(text)
        Issue.record("accepted: \(text)")
      } catch {
        guard case .malformedIndex(_, line, _) = error else {
          Issue.record("\(text): \(error)")
          continue
        }
      }
    }
    expectError { () throws(DatasetError) in try open(bytes: [0x61, 0xff, 0x2c, 0x31]) }
    expectError { () throws(DatasetError) in try open("file,class_index\n") }
    expectError { () throws(DatasetError) in try open("") }
  }

  @Test func limitsHold() throws {
    var limits = DatasetLimits()
    limits.fieldBytes = 10
    limits.columns = 4
    limits.indexBytes = 60
    for text in [
      "12345678901.jpg,1", "\"12345678901.jpg\",1", "a,1,2,3,4", String(repeating: "a.jpg,1\n", count: 10),
    ] {
      expectError { () throws(DatasetError) in try open(bytes: Array(text.utf8), limits: limits) }
    }
    #expect(try open(bytes: Array("1234567890,1,2,3".utf8), limits: limits).samples.count == 1)
  }

  @Test func missingFilesAreSkippedOneByOne() throws {
    let dataset = try open("file,class_index\nhere.jpg,0\ngone.jpg,1\n", files: ["here.jpg"])
    // The folder is gone by now, as a data set's files may be at any time.
    for sample in dataset.samples {
      expectError { () throws(DatasetError) in try dataset.load(sample) }
    }
  }

  @Test func survivesMutation() throws {
    let text =
      "file,class_index,name\n\"a, \"\"b\"\".jpg\",2,\"tench, Tinca\"\r\nc.jpg,0,\n\"two\nlines.jpg\",7,x\rd,1\n"
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 5)
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = Array(text.utf8)
      for _ in 0..<generator.integer(1...3) { mutate(&bytes, with: &generator) }
      let path = try folder.write(bytes, to: "index.csv")
      do throws(DatasetError) {
        let dataset = try Dataset.open(path)
        accepted += 1
        #expect(dataset.samples.allSatisfy { dataset.classNames.indices.contains($0.classIndex) })
      } catch {
        #expect(error.exitCode == 65)
      }
    }
    #expect(accepted > 100)
  }

  @Test(.enabled(if: Shared.path("data/imagenet-sample/index.csv") != nil, "../shared is absent"))
  func readsTheSharedIndex() throws {
    let folder = try #require(Shared.path("data/imagenet-sample"))
    let dataset = try Dataset.open(folder)
    #expect(dataset.samples.count == 500)
    #expect(dataset.classNames.count == 999 && dataset.classNames[0] == "tench, Tinca tinca")
    #expect(dataset.samples.map(\.classIndex) == Array(stride(from: 0, to: 1000, by: 2)))
    for sample in dataset.limited(to: 20).samples {
      guard case .encoded(let bytes) = try dataset.load(sample) else {
        Issue.record("not a file")
        return
      }
      #expect(bytes.starts(with: [0xff, 0xd8]))
    }
    #expect(try dataset.targets(outputs: 1001, labels: nil, offset: 1).last == 999)
  }
}
