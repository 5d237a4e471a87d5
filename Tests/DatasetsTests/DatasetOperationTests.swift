import Datasets
import TestSupport
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

  private func shares(_ fractions: [Double]) -> [PartSize] { fractions.map { .fraction($0) } }

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
    let sizes = shares([0.8, 0.1, 0.1])
    let parts = try whole.stratified(sizes, seed: 9)
    #expect(parts.map(counts) == [[80, 8, 24, 1], [10, 1, 3, 0], [10, 1, 3, 0]])
    let names = parts.flatMap { part in part.samples.map { part.name(of: $0) } }
    #expect(Set(names).count == whole.samples.count)
    #expect(try whole.stratified(sizes, seed: 9).map(\.samples) == parts.map(\.samples))
    #expect(try whole.stratified(sizes, seed: 8).map(\.samples) != parts.map(\.samples))
    #expect(try whole.stratified([.fraction(0.25)], seed: 1)[0].samples.count == 35)
    for wrong in [[], [0.8, 0.3], [-0.1], [.nan], [2]] as [[Double]] {
      expectError { () throws(DatasetError) in try whole.stratified(shares(wrong), seed: 1) }
    }
  }

  @Test func splitsByCountAreExact() throws {
    let whole = try dataset([100, 10, 30, 1])
    let parts = try whole.stratified([.rest, .count(40), .fraction(0.1)], seed: 3)
    #expect(parts.map(\.samples.count) == [87, 40, 14])
    for part in parts {
      for (share, size) in zip(counts(part), [100, 10, 30, 1]) {
        #expect(abs(Double(share) - Double(size * part.samples.count) / 141) < 2)
      }
      // Each in the order of the whole.
      let places = part.samples.compactMap { whole.samples.firstIndex(of: $0) }
      #expect(places == places.sorted())
    }
    let all = parts.flatMap { part in part.samples.map { part.name(of: $0) } }
    #expect(Set(all).count == 141 && all.count == 141)
    // Rounding up must not ask for more than there is.
    #expect(try dataset([5]).stratified(shares([0.5, 0.5]), seed: 1).map(\.samples.count) == [3, 2])
    let quarters = try dataset([3, 4]).stratified(shares([0.25, 0.25, 0.25, 0.25]), seed: 1)
    #expect(quarters.map(\.samples.count).reduce(0, +) == 7)
    for wrong in [
      [.count(142)], [.count(100), .count(42)], [.rest, .rest], [.count(-1)], [.fraction(0.5), .count(100)],
    ]
      as [[PartSize]]
    {
      expectError { () throws(DatasetError) in try whole.stratified(wrong, seed: 1) }
    }
  }

  @Test func partSizesAreRead() throws {
    for (text, size) in [
      ("0.1", .fraction(0.1)), ("12.5%", .fraction(0.125)), ("5000", .count(5000)), ("rest", .rest),
      ("1.0", .fraction(1)), ("1", .count(1)),
    ] as [(String, PartSize)] {
      #expect(try PartSize(text: text) == size)
    }
    for text in ["", "-1", "1.5", "101%", "nan", "ten", "%", "rest "] {
      expectError { () throws(DatasetError) in try PartSize(text: text) }
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
    let dataset = try Dataset.open(folder.root)
    #expect(try dataset.targets(outputs: 4, labels: ["stop", "parking", "No entry", "yield"]) == [2, 0])
    #expect(try dataset.targets(outputs: 4, labels: ["a", "b", "c", "d"]) == [0, 1])
    #expect(try dataset.targets(outputs: 4, labels: nil, offset: 1) == [1, 2])
    let index = try self.dataset([1, 1, 2])
    expectError(
      .labelOutsideOutputs(name: index.name(of: index.samples[2]), label: 2, outputs: 3, offset: 1)
    ) { () throws(DatasetError) in try index.targets(outputs: 3, labels: nil, offset: 1) }
    for (outputs, offset) in [(1, 0), (2, 1), (10, -1), (10, Int.max)] {
      expectError(
        .classesDoNotFit(path: folder.root, classes: 2, outputs: outputs, offset: offset)
      ) { () throws(DatasetError) in try dataset.targets(outputs: outputs, labels: nil, offset: offset) }
    }
  }
}
