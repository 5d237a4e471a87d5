import Datasets
import TestSupport
import Testing

@Suite struct ArchiveDatasetTests {
  private func open(
    _ tar: TarBuilder, split: String? = nil, for purpose: DatasetPurpose = .evaluation, named name: String = "set.tar"
  ) throws(DatasetError) -> Dataset {
    var tar = tar
    tar.end()
    guard let folder = try? TemporaryFolder(), let path = try? folder.write(tar.bytes, to: name) else {
      throw .missing(path: name)
    }
    return try Dataset.open(path, split: split, for: purpose)
  }

  @Test func readsClassesInTheArchivesOrder() throws {
    var tar = TarBuilder()
    tar.add("./set/", type: "5")
    tar.add("./set/dog/", type: "5")
    tar.add("./set/dog/2.jpg", [2, 2])
    tar.add("./set/cat/1.jpg", [1])
    tar.add("./set/dog/notes.txt", [9])
    tar.add("./set/dog/3.jpg", [])
    let dataset = try open(tar)
    #expect(dataset.kind == .archive && dataset.classNames == ["cat", "dog"] && dataset.ignoredFiles == 1)
    #expect(dataset.samples.map(\.classIndex) == [1, 0, 1])
    #expect(try dataset.load(dataset.samples[0]) == .encoded([2, 2]))
    #expect(try dataset.load(dataset.samples[1]) == .encoded([1]))
    expectError { () throws(DatasetError) in try dataset.load(dataset.samples[2]) }
    #expect(dataset.name(of: dataset.samples[1]).hasSuffix("set.tar: ./set/cat/1.jpg"))
    #expect(try open(tar, named: "no-ending").kind == .archive)
  }

  @Test func choosesAPart() throws {
    var tar = TarBuilder()
    tar.add("data/train/latest/1.jpg", [1])
    tar.add("data/train/dog/1.jpg", [2])
    tar.add("data/test/dog/1.jpg", [3])
    #expect(try open(tar).split == "test")
    #expect(try open(tar).classNames == ["dog"])
    let train = try open(tar, split: "train")
    #expect(train.classNames == ["dog", "latest"] && train.samples.count == 2)
    #expect(try open(tar, for: .learning).split == "train")
    expectError { () throws(DatasetError) in try open(tar, for: .validation) }
    expectError { () throws(DatasetError) in try open(tar, split: "none") }
    // Where all lies in one part, naming it is allowed and not needed.
    var single = TarBuilder()
    single.add("test/cat/1.jpg", [1])
    single.add("test/dog/1.jpg", [1])
    #expect(try open(single, split: "test").classNames == ["cat", "dog"])
    #expect(try open(single).classNames == ["cat", "dog"])
    expectError { () throws(DatasetError) in try open(single, split: "train") }
  }

  @Test func refusesEmptyOnes() throws {
    expectError { () throws(DatasetError) in try open(TarBuilder()) }
    var flat = TarBuilder()
    flat.add("1.jpg", [1])
    expectError { () throws(DatasetError) in try open(flat) }
    var empty = TarBuilder()
    empty.add("set/cat/1.jpg", [1])
    empty.add("set/dog/", type: "5")
    do throws(DatasetError) {
      _ = try open(empty)
      Issue.record("an empty class was accepted")
    } catch {
      guard case .emptyClass(_, "dog") = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test(.enabled(if: Shared.path("data/cifar10-jpeg/test.tar") != nil, "../shared is absent"))
  func readsTheSharedArchive() throws {
    let path = try #require(Shared.path("data/cifar10-jpeg/test.tar"))
    for split in [nil, "test"] {
      let dataset = try Dataset.open(path, split: split)
      #expect(
        dataset.classNames == [
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
        ])
      #expect(dataset.samples.count == 5000)
      for index in 0..<10 { #expect(dataset.samples.filter { $0.classIndex == index }.count == 500) }
      guard case .encoded(let bytes) = try dataset.load(dataset.samples[0]) else {
        Issue.record("not a file")
        return
      }
      #expect(bytes.count == 888 && bytes.starts(with: [0xff, 0xd8]))
    }
  }
}
