import Datasets
import Testing

@Suite struct DatasetOperationTests {
  /// A data set with so many pictures of each class; the files do not exist.
  private func dataset(_ counts: [Int]) throws -> Dataset {
    let folder = try TemporaryFolder()
    var text = "file,class_index\n"
    for (index, count) in counts.enumerated() {
      for picture in 0..<count { text += "\(index)/\(picture).jpg,\(index)\n" }
    }
    return try Dataset.open(folder.write(text, to: "index.csv"))
  }

  private func counts(_ dataset: Dataset) -> [Int] {
    dataset.classNames.indices.map { index in dataset.samples.count { $0.classIndex == index } }
  }

  @Test func shufflesDependOnTheSeedAlone() throws {
    let whole = try dataset([50, 50])
    let shuffled = whole.shuffled(seed: 4)
    #expect(shuffled.samples == whole.shuffled(seed: 4).samples)
    #expect(shuffled.samples != whole.shuffled(seed: 5).samples)
    #expect(shuffled.samples != whole.samples)
    #expect(counts(shuffled) == [50, 50])
  }

  @Test func splitsKeepEachClassesShare() throws {
    let whole = try dataset([100, 10, 30, 1])
    let parts = try whole.stratified([0.8, 0.1, 0.1], seed: 9)
    #expect(parts.map(counts) == [[80, 8, 24, 1], [10, 1, 3, 0], [10, 1, 3, 0]])
    let names = parts.flatMap { part in part.samples.map { part.name(of: $0) } }
    #expect(Set(names).count == whole.samples.count)
    #expect(try whole.stratified([0.8, 0.1, 0.1], seed: 9).map(\.samples) == parts.map(\.samples))
    #expect(try whole.stratified([0.8, 0.1, 0.1], seed: 8).map(\.samples) != parts.map(\.samples))
    #expect(try whole.stratified([0.25], seed: 1)[0].samples.count == 36)
    for wrong in [[], [0.8, 0.3], [-0.1], [.nan], [2]] as [[Double]] {
      expectError { () throws(DatasetError) in try whole.stratified(wrong, seed: 1) }
    }
  }

  @Test func limitsSpreadOverTheWhole() throws {
    let whole = try dataset([40, 40, 20])
    #expect(counts(whole.limited(to: 10)) == [4, 4, 2])
    #expect(whole.limited(to: 0).samples.isEmpty)
    #expect(whole.limited(to: -3).samples.isEmpty)
    #expect(whole.limited(to: 1000).samples == whole.samples)
  }

  @Test func targetsFollowNamesOrIndices() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "no_entry/1.jpg")
    try folder.write([1], to: "stop/1.jpg")
    let dataset = try Dataset.open(folder.path)
    #expect(try dataset.targets(outputs: 4, labels: ["stop", "parking", "No entry", "yield"]) == [2, 0])
    #expect(try dataset.targets(outputs: 4, labels: ["a", "b", "c", "d"]) == [0, 1])
    #expect(try dataset.targets(outputs: 4, labels: nil, offset: 1) == [1, 2])
    for (outputs, offset) in [(1, 0), (2, 1), (10, -1), (10, Int.max)] {
      expectError(
        .classesDoNotFit(path: folder.path, classes: 2, outputs: outputs, offset: offset)
      ) { () throws(DatasetError) in try dataset.targets(outputs: outputs, labels: nil, offset: offset) }
    }
  }
}
