import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct GeneratedDatasetWriterTests {
  private func writer(_ folder: String, _ count: Int, seed: UInt64 = 1) -> GeneratedDatasetWriter {
    GeneratedDatasetWriter(.signs, folder: folder, count: count, seed: seed, size: 24)
  }

  private func files(_ folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".jpg") }.sorted()
  }

  @Test func writesABalancedFolder() throws {
    let folder = try TemporaryFolder()
    let path = folder.root + "/new/signs"
    var reported: [Int] = []
    try writer(path, 37).write(threads: 2) { done, total in
      reported.append(done)
      return total == 37
    }
    #expect(reported == Array(0...37))
    let dataset = try Dataset.open(path)
    #expect(dataset.classNames == GeneratedDataset.signs.classNames)
    #expect(dataset.samples.count == 37)
    for index in 0..<16 {
      #expect(dataset.samples.count { $0.classIndex == index } == (index < 5 ? 3 : 2))
    }
    #expect(files(path).first == "children/0000.jpg")
    #expect(
      try dataset.load(dataset.samples[1])
        == .encoded(GeneratedDataset.signs.picture(index: 16, seed: 1, size: 24).jpeg))
    #expect(files(path).allSatisfy { !$0.contains("tmp") })
  }

  @Test func goesOnWhereItWasInterrupted() throws {
    let folder = try TemporaryFolder()
    let path = folder.root + "/signs"
    expectError(.interrupted(path: path)) { () throws(DatasetError) in
      try writer(path, 40).write(threads: 2) { done, _ in done < 11 }
    }
    let begun = files(path)
    #expect(begun.count >= 11 && begun.count < 40)
    let old = try FileManager.default.attributesOfItem(atPath: path + "/" + begun[0])[.modificationDate] as? Date
    var first: Int?
    try writer(path, 40).write(threads: 1) { done, _ in
      if first == nil { first = done }
      return true
    }
    #expect(first == begun.count)
    #expect(files(path).count == 40)
    let new = try FileManager.default.attributesOfItem(atPath: path + "/" + begun[0])[.modificationDate] as? Date
    #expect(old == new, "what was there is not written again")
    // More pictures of the same seed may follow, fewer may not.
    try writer(path + "/", 44).write(threads: 1)
    #expect(files(path).count == 44)
    expectError { () throws(DatasetError) in try writer(path, 40).write(threads: 1) }
    expectError { () throws(DatasetError) in try writer(path, 44, seed: 2).write(threads: 1) }
    expectError { () throws(DatasetError) in
      try GeneratedDatasetWriter(.signs, folder: path, count: 44, seed: 1, size: 32).write(threads: 1)
    }
    #expect(files(path).count == 44)
  }

  @Test func touchesNothingOfOthers() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "notes.txt")
    expectError { () throws(DatasetError) in try writer(folder.root, 16).write(threads: 1) }
    #expect(files(folder.root).isEmpty)
    let file = try folder.write("mine", to: "file")
    expectError { () throws(DatasetError) in try writer(file, 16).write(threads: 1) }
    expectError { () throws(DatasetError) in try writer(file + "/below", 16).write(threads: 1) }
    let path = folder.root + "/signs"
    try writer(path, 16).write(threads: 1)
    try folder.write("mine", to: "signs/notes.txt")
    expectError { () throws(DatasetError) in try writer(path, 32).write(threads: 1) }
    try FileManager.default.removeItem(atPath: path + "/notes.txt")
    try folder.write("mine", to: "signs/stop/0001.jpg/inside")
    expectError { () throws(DatasetError) in try writer(path, 32).write(threads: 1) }
    try folder.write("garbage", to: "signs/.edge-run-dataset")
    expectError { () throws(DatasetError) in try writer(path, 32).write(threads: 1) }
    for count in [0, -1, Int.max] {
      expectError { () throws(DatasetError) in try writer(folder.root + "/other", count).write(threads: 1) }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.root + "/other"))
  }
}
