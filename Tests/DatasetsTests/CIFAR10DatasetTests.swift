import Datasets
import TestSupport
import Testing

@Suite struct CIFAR10DatasetTests {
  private func records(_ labels: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (record, label) in labels.enumerated() {
      bytes.append(label)
      for channel in 0..<3 {
        for pixel in 0..<1024 { bytes.append(UInt8(truncatingIfNeeded: record &* 7 &+ channel &* 91 &+ pixel)) }
      }
    }
    return bytes
  }

  @Test func readsBatches() throws {
    let folder = try TemporaryFolder()
    try folder.write(records([3, 9]), to: "data_batch_1.bin")
    try folder.write(records([0]), to: "data_batch_2.bin")
    try folder.write(records([Array(repeating: 4, count: 700), [1]].flatMap { $0 }), to: "test_batch.bin")
    let train = try Dataset.open(folder.root, split: "train")
    #expect(train.kind == .cifar10 && train.samples.map(\.classIndex) == [3, 9, 0])
    guard case .pixels(32, 32, let rgb) = try train.load(train.samples[1]) else {
      Issue.record("no pixels")
      return
    }
    #expect(rgb.count == 3072)
    #expect(Array(rgb[0..<3]) == [7, 98, 189])
    #expect(Array(rgb[(3 * 33)..<(3 * 33 + 3)]) == [40, 131, 222])
    #expect(try Dataset.open(folder.root, for: .learning).samples == train.samples)
    expectError(.splitRequired(path: folder.root, available: ["train", "test"])) { () throws(DatasetError) in
      try Dataset.open(folder.root, for: .validation)
    }
    let test = try Dataset.open(folder.root)
    #expect(test.split == "test" && test.samples.count == 701 && test.samples[700].classIndex == 1)
    #expect(test.name(of: test.samples[700]).hasSuffix("test_batch.bin: record 700"))
    #expect(try Dataset.open(folder.root + "/data_batch_2.bin").samples.count == 1)
    expectError { () throws(DatasetError) in try Dataset.open(folder.root, split: "validation") }
  }

  @Test func findsTheOfficialFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write(records([5]), to: "cifar-10-batches-bin/data_batch_1.bin")
    let dataset = try Dataset.open(folder.root)
    #expect(dataset.classNames[dataset.samples[0].classIndex] == "dog")
  }

  @Test func refusesWrongRecords() throws {
    let folder = try TemporaryFolder()
    for bytes in [[], Array(records([1]).dropLast()), records([1]) + [0]] {
      let path = try folder.write(bytes, to: "test_batch.bin")
      expectError(.wrongRecordSize(path: path, bytes: UInt64(bytes.count), recordBytes: 3073)) {
        () throws(DatasetError) in try Dataset.open(folder.root)
      }
    }
    let path = try folder.write(records([1, 10]), to: "test_batch.bin")
    expectError(.badLabel(path: path, record: 1, label: 10, classes: 10)) { () throws(DatasetError) in
      try Dataset.open(folder.root)
    }
  }
}
