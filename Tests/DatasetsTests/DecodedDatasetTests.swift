import Datasets
import Imaging
import TestSupport
import Testing

@Suite struct DecodedDatasetTests {
  private let frame = PixelSize(width: 20, height: 12)
  private let preprocessing = Preprocessing(
    resize: .shortSide(14), crop: PixelSize(width: 20, height: 12), divisor: 255)

  /// A folder of two classes with four pictures each, of several sizes.
  private func pictures() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for index in 0..<8 {
      var generator = SeededGenerator(seed: 5, stream: UInt64(index))
      let image = try RGBImage(width: 24 + 5 * index, height: 40 - 3 * index) { pixels in
        for place in pixels.indices { pixels[place] = UInt8(truncatingIfNeeded: generator.next()) }
      }
      try folder.write(try ImageEncoder.jpeg(image, quality: 80), to: "class\(index % 2)/\(index).jpg")
    }
    return folder
  }

  private func samples(_ decoded: DecodedDataset) throws -> [[UInt8]] {
    try (0..<decoded.count).map { try decoded.withPicture($0) { Array($0) } }
  }

  @Test(arguments: [1, 3], [0, Int.max]) func picturesEqualPreprocessing(threads: Int, limit: Int) throws {
    let folder = try pictures()
    let dataset = try Dataset.open(folder.root)
    let decoded = try DecodedDataset(
      dataset, preprocessing: preprocessing, frame: frame, memoryLimit: limit, threads: threads)
    #expect(decoded.count == 8 && decoded.skipped.count == 0)
    #expect(decoded.dataset.samples == dataset.samples)
    #expect(decoded.isInMemory == (limit > 0))
    for (index, found) in try samples(decoded).enumerated() {
      guard case .encoded(let bytes) = try dataset.load(dataset.samples[index]) else { continue }
      let expected = try preprocessing.prepare(try preprocessing.decoder().decode(bytes))
      #expect(expected.withPixels { Array($0) } == found)
    }
  }

  @Test(arguments: [0, 1]) func memoryLimitIsExact(missing: Int) throws {
    let folder = try pictures()
    let decoded = try DecodedDataset(
      Dataset.open(folder.root), preprocessing: preprocessing, frame: frame, memoryLimit: 8 * 20 * 12 * 3 - missing,
      threads: 2)
    #expect(decoded.isInMemory == (missing == 0))
  }

  @Test(arguments: [1, 3], [0, Int.max]) func unreadableOnesAreLeftOut(threads: Int, limit: Int) throws {
    let folder = try pictures()
    let broken = try folder.write("no picture at all", to: "class0/3broken.jpg")
    let empty = try folder.write("", to: "class1/0.png")
    let dataset = try Dataset.open(folder.root)
    let decoded = try DecodedDataset(
      dataset, preprocessing: preprocessing, frame: frame, memoryLimit: limit, threads: threads)
    #expect(decoded.count == 8 && decoded.skipped.count == 2)
    let messages = decoded.skipped.examples.map(\.message)
    #expect(messages[0].hasPrefix(broken + ": ") && messages[1].hasPrefix(empty + ": "))
    let whole = try pictures()
    let reference = try DecodedDataset(
      Dataset.open(whole.root), preprocessing: preprocessing, frame: frame, threads: 1)
    #expect(try samples(decoded) == samples(reference))
    #expect(decoded.dataset.samples.map(\.classIndex) == [0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test func lostClassesAreErrors() throws {
    let folder = try pictures()
    try folder.write("broken", to: "class2/a.jpg")
    expectError { () throws(DatasetError) in
      try DecodedDataset(try Dataset.open(folder.root), preprocessing: preprocessing, frame: frame, threads: 2)
    }
    let bad = try TemporaryFolder()
    let file = try bad.write("broken", to: "class2/a.jpg")
    do throws(DatasetError) {
      _ = try DecodedDataset(try Dataset.open(bad.root), preprocessing: preprocessing, frame: frame, threads: 2)
      Issue.record("no error")
    } catch {
      guard case .noUsablePictures(_, let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reason.contains(file))
    }
  }

  @Test func otherSizesAreNamed() throws {
    let folder = try pictures()
    do throws(DatasetError) {
      _ = try DecodedDataset(
        try Dataset.open(folder.root), preprocessing: Preprocessing(), frame: frame, threads: 2)
      Issue.record("no error")
    } catch {
      #expect(error.message.contains("24 x 40") && error.message.contains("20 x 12"))
    }
  }

  @Test func progressCanStopIt() throws {
    let folder = try pictures()
    let dataset = try Dataset.open(folder.root)
    var seen: [Int] = []
    expectError(.interrupted(path: folder.root)) { () throws(DatasetError) in
      try DecodedDataset(dataset, preprocessing: preprocessing, frame: frame, threads: 1) { done, total in
        seen.append(done)
        return total == 8 && done < 3
      }
    }
    #expect(seen == [1, 2, 3])
  }

  @Test(.enabled(if: Shared.path("data/cifar10-jpeg") != nil, "the shared CIFAR-10 copy is not there"))
  func sharedCIFAR() throws {
    let folder = try #require(Shared.path("data/cifar10-jpeg"))
    let train = try Dataset.open(folder + "/train.tar")
    #expect(train.samples.count == 50_000)
    let parts = try train.stratified([.rest, .count(5000)], seed: 1)
    for (part, count) in zip([train] + parts, [5000, 4500, 500]) {
      let classes = Dictionary(grouping: part.samples, by: \.classIndex)
      #expect(classes.count == 10 && classes.values.allSatisfy { $0.count == count })
    }
    let test = try Dataset.open(folder + "/test.tar")
    let decoded = try DecodedDataset(
      test, preprocessing: PreprocessingPreset.cifar10.preprocessing(inputSize: PixelSize(square: 32)),
      frame: PixelSize(square: 32), memoryLimit: 5000 * 3072, threads: 2)
    #expect(decoded.count == 5000 && decoded.isInMemory && decoded.skipped.count == 0)
  }
}
