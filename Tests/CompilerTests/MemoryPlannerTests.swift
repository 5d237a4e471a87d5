import Compiler
import Testing

@Suite struct MemoryPlannerTests {
  @Test(arguments: 0..<50)
  func buffersAliveTogetherNeverOverlap(seed: Int) {
    var random = NetworkBuilder(seed: UInt64(seed + 1))
    func below(_ bound: Int) -> Int { min(bound - 1, Int((random.number() + 1) / 2 * Float(bound))) }
    let buffers = (0..<40).map { _ in
      let first = below(30)
      return MemoryPlanner.Lifetime(byteCount: below(5000), first: first, last: first + below(10))
    }
    let (offsets, arenaBytes) = MemoryPlanner.plan(buffers)
    for (i, a) in buffers.enumerated() where a.byteCount > 0 {
      #expect(offsets[i] % 64 == 0 && offsets[i] + a.byteCount <= arenaBytes)
      for (j, b) in buffers.enumerated() where j > i && b.byteCount > 0 {
        guard a.first <= b.last, b.first <= a.last else { continue }
        #expect(offsets[i] + a.byteCount <= offsets[j] || offsets[j] + b.byteCount <= offsets[i])
      }
    }
    let needed = (0..<40).map { step in
      buffers.filter { $0.first <= step && step <= $0.last }.reduce(0) { $0 + ($1.byteCount + 63) / 64 * 64 }
    }.max() ?? 0
    #expect(arenaBytes >= needed && arenaBytes <= 2 * needed)
  }

  @Test func aChainNeedsItsTwoLargestNeighbours() {
    let chain = [(100, 0, 1), (6400, 1, 2), (3200, 2, 3), (640, 3, 4)].map {
      MemoryPlanner.Lifetime(byteCount: $0.0, first: $0.1, last: $0.2)
    }
    #expect(MemoryPlanner.plan(chain).arenaBytes == 9600)
  }
}
