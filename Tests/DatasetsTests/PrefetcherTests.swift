import Datasets
import Synchronization
import TestSupport
import Testing

@Suite struct PrefetcherTests {
  @Test(arguments: [1, 2, 7]) func keepsTheOrder(threads: Int) {
    let values = Prefetcher(count: 300, threads: threads, window: 9) { index throws(DatasetError) -> Int in
      if index % 50 == 3 { throw .unreadablePicture(name: "\(index)", reason: "bad") }
      // Work of uneven length, so that threads overtake each other.
      var sum = index
      for step in 0..<(index % 7 * 1000) { sum = sum &* 31 &+ step }
      return sum == Int.min ? 0 : index
    }
    var expected = 0
    var failures = 0
    for outcome in values {
      switch outcome {
      case .success(let value): #expect(value == expected)
      case .failure(let error):
        #expect(error == .unreadablePicture(name: "\(expected)", reason: "bad"))
        failures += 1
      }
      expected += 1
    }
    #expect(expected == 300 && failures == 6)
    #expect(values.next() == nil)
  }

  @Test func neverRunsAheadOfItsWindow() {
    let begun = Mutex(0)
    let values = Prefetcher(count: 100, threads: 4, window: 5) { index throws(DatasetError) -> Int in
      begun.withLock { $0 += 1 }
      return index
    }
    for taken in 0..<100 {
      #expect(begun.withLock { $0 } <= taken + 5)
      _ = values.next()
    }
    #expect(begun.withLock { $0 } == 100)
  }

  @Test func canBeLeftEarlyAndEmpty() {
    for _ in 0..<50 {
      let values = Prefetcher(count: 1000, threads: 3) { index throws(DatasetError) -> Int in index }
      _ = values.next()
    }
    let none = Prefetcher(count: 0, threads: 2) { index throws(DatasetError) -> Int in index }
    #expect(none.next() == nil)
  }

  @Test func readsADataset() throws {
    let folder = try TemporaryFolder()
    for index in 0..<20 { try folder.write([UInt8](repeating: 1, count: index), to: "cat/\(index + 10).jpg") }
    let dataset = try Dataset.open(folder.root)
    let sizes = Prefetcher(dataset, threads: 2) { _, content throws(DatasetError) -> Int in
      guard case .encoded(let bytes) = content else { return -1 }
      return bytes.count
    }
    let found = sizes.map { try? $0.get() }
    #expect(found == [nil] + (1..<20).map { $0 })
  }
}
