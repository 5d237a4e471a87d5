import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct FolderDatasetTests {
  @Test func readsClassFolders() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "zebra/b.JPG")
    try folder.write([2], to: "zebra/a.png")
    try folder.write([3], to: "Ant/deeper/c.jpeg")
    try folder.write([4], to: "bee/d.jpg")
    try folder.write("notes", to: "bee/notes.txt")
    try folder.write("notes", to: "README.md")
    try folder.write([9], to: "bee/.hidden.jpg")
    try folder.write([9], to: ".git/x.jpg")
    let dataset = try Dataset.open(folder.root)
    #expect(dataset.kind == .folder)
    #expect(dataset.classNames == ["Ant", "bee", "zebra"])
    #expect(dataset.samples.map(\.classIndex) == [0, 1, 2, 2])
    #expect(dataset.ignoredFiles == 2)
    #expect(try dataset.samples.map { try dataset.load($0) } == [[3], [4], [2], [1]].map { .encoded($0) })
    #expect(dataset.name(of: dataset.samples[0]) == folder.root + "/Ant/deeper/c.jpeg")
  }

  @Test func findsClassesBelowSharedFolders() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "pets/v1/cat/1.jpg")
    try folder.write([2], to: "pets/v1/dog/1.jpg")
    #expect(try Dataset.open(folder.root).classNames == ["cat", "dog"])
    let single = try TemporaryFolder()
    try single.write([1], to: "cat/1.jpg")
    #expect(try Dataset.open(single.root).classNames == ["cat"])
  }

  @Test func choosesAPart() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "train/cat/1.jpg")
    try folder.write([2], to: "train/dog/1.jpg")
    try folder.write([3], to: "val/cat/1.jpg")
    #expect(try Dataset.open(folder.root, split: "train").classNames == ["cat", "dog"])
    let preferred = try Dataset.open(folder.root)
    #expect(preferred.split == "val" && preferred.classNames == ["cat"])
    expectError(.unknownSplit(path: folder.root, split: "test", available: ["train", "val"])) {
      () throws(DatasetError) in try Dataset.open(folder.root, split: "test")
    }
    #expect(try Dataset.open(folder.root, for: .validation).split == "val")
    try folder.write([4], to: "test/cat/1.jpg")
    #expect(try Dataset.open(folder.root).split == "test")
    #expect(try Dataset.open(folder.root, for: .learning).split == "train")
    #expect(try Dataset.open(folder.root, for: .validation).split == "val")
  }

  @Test func whatIsTestedWithIsForNothingElse() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "valid/cat/1.jpg")
    try folder.write([2], to: "test/cat/1.jpg")
    #expect(try Dataset.open(folder.root, for: .validation).split == "valid")
    expectError(.splitRequired(path: folder.root, available: ["test", "valid"])) { () throws(DatasetError) in
      try Dataset.open(folder.root, for: .learning)
    }
    #expect(try Dataset.open(folder.root, split: "test", for: .learning).split == "test")
  }

  @Test func refusesWhatIsNoDataset() throws {
    let folder = try TemporaryFolder()
    expectError(.noPictures(path: folder.root)) { () throws(DatasetError) in try Dataset.open(folder.root) }
    expectError(.missing(path: folder.root + "/none")) { () throws(DatasetError) in
      try Dataset.open(folder.root + "/none")
    }
    let text = try folder.write("hello", to: "notes.txt")
    expectError { () throws(DatasetError) in try Dataset.open(text) }
    let zip = try folder.write([0x1f, 0x8b, 8, 0, 0, 0, 0], to: "a.tar.gz")
    expectError { () throws(DatasetError) in try Dataset.open(zip) }
    expectError { () throws(DatasetError) in try Dataset.open("/dev/null") }
    try folder.write([1], to: "1.jpg")
    expectError(.noClassFolders(path: folder.root)) { () throws(DatasetError) in try Dataset.open(folder.root) }
    try folder.write([1], to: "cat/1.jpg")
    try folder.makeFolder("dog")
    expectError(.emptyClass(path: folder.root, name: "dog")) { () throws(DatasetError) in
      try Dataset.open(folder.root)
    }
    try folder.write("no picture", to: "dog/1.txt")
    expectError(.emptyClass(path: folder.root, name: "dog")) { () throws(DatasetError) in
      try Dataset.open(folder.root)
    }
  }

  @Test func badPicturesAreNamedAndSkipped() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "cat/empty.jpg")
    let lost = try folder.write([1], to: "cat/lost.jpg")
    try folder.write([1, 2, 3], to: "dog/big.jpg")
    try folder.write([4], to: "dog/good.jpg")
    var limits = DatasetLimits()
    limits.pictureBytes = 2
    let dataset = try Dataset.open(folder.root, limits: limits)
    try FileManager.default.removeItem(atPath: lost)
    var skipped = SkippedPictures(exampleLimit: 2)
    var good = 0
    for sample in dataset.samples {
      do throws(DatasetError) {
        _ = try dataset.load(sample)
        good += 1
      } catch {
        skipped.record(error)
      }
    }
    #expect(good == 1 && skipped.count == 3)
    #expect(
      skipped.examples == [
        .unreadablePicture(name: folder.root + "/cat/empty.jpg", reason: "has 0 bytes"),
        .unreadablePicture(name: lost, reason: "no such file"),
      ])
  }

  @Test func linksInACircleEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "cat/1.jpg")
    try FileManager.default.createSymbolicLink(atPath: folder.root + "/cat/again", withDestinationPath: "..")
    expectError { () throws(DatasetError) in try Dataset.open(folder.root) }
  }
}
