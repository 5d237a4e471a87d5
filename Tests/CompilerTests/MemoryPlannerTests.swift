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
    var needed = 0
    for step in 0..<40 {
      var alive = 0
      for buffer in buffers where buffer.first <= step && step <= buffer.last {
        alive += (buffer.byteCount + 63) / 64 * 64
      }
      needed = max(needed, alive)
    }
    #expect(arenaBytes >= needed && arenaBytes <= 2 * needed)
  }

  @Test func aChainNeedsItsTwoLargestNeighbours() {
    let chain = [(100, 0, 1), (6400, 1, 2), (3200, 2, 3), (640, 3, 4)].map {
      MemoryPlanner.Lifetime(byteCount: $0.0, first: $0.1, last: $0.2)
    }
    #expect(MemoryPlanner.plan(chain).arenaBytes == 9600)
  }
}
