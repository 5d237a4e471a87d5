import AllocationCounter
import CPlatform
import Foundation
import Testing

/// Keeps the optimiser from leaving out an allocation that is released unused.
@inline(never) @_optimize(none)
private func release(_ memory: UnsafeMutableRawPointer?) { free(memory) }

@Suite(.enabled(if: AllocationCounter.isAvailable, "a sanitizer has its own malloc"))
struct AllocationCounterTests {
  @Test func countsEveryKindOfAllocation() {
    let counts = AllocationCounter.measuring { counter in
      [
        counter.count {},
        counter.count { release(malloc(10)) },
        counter.count { release(calloc(3, 10)) },
        counter.count { release(realloc(malloc(10), 1000)) },
        counter.count { release(aligned_alloc(64, 128)) },
        counter.count { release(ep_allocate(100)) },
        counter.count {
          var memory: UnsafeMutableRawPointer?
          _ = posix_memalign(&memory, 256, 10)
          release(memory)
        },
        counter.count { release(strdup("inside the C library")) },
      ]
    }
    #expect(counts == [0, 1, 1, 2, 1, 1, 1, 1])
  }

  @Test func countsSwiftsAllocations() {
    let bytes = [UInt8](repeating: 1, count: 100)
    var sum = 0
    let counts = AllocationCounter.measuring { counter in
      [
        counter.count { sum = bytes.reduce(0) { $0 &+ Int($1) } },
        counter.count {
          var copy = bytes
          copy[sum % 7] = 2
          sum += copy.withUnsafeMutableBytes { Int($0[3]) }
        },
      ]
    }
    #expect(counts == [0, 1])
    #expect(sum == 101)
  }

  @Test func followsThreadsThatTheGroupStarts() throws {
    let counts = try AllocationCounter.measuring { counter in
      let pool = try #require(ep_pool_create(4, false))
      defer { ep_pool_destroy(pool) }
      return [
        counter.count { ep_pool_run(pool, 50, { _, _, _, _ in }, nil) },
        counter.count { ep_pool_run(pool, 50, { _, _, _, _ in release(malloc(10)) }, nil) },
      ]
    }
    #expect(counts == [0, 50])
  }

  @Test func leavesOtherThreadsOut() throws {
    let pool = try #require(ep_pool_create(2, false))
    defer { ep_pool_destroy(pool) }
    let count = AllocationCounter.measuring { counter in
      counter.count {
        ep_pool_run(
          pool, 20,
          { _, _, _, worker in
            if worker != 0 { release(malloc(10)) }
            usleep(100)
          }, nil)
      }
    }
    #expect(count == 0)
  }
}
