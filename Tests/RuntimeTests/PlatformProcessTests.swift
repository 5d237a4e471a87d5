import CPlatform
import Foundation
import Testing

@Suite struct PlatformProcessTests {
  @Test func copiesTheArguments() throws {
    var arguments = ep_arguments()
    try #require(ep_copy_arguments(&arguments) == 0)
    defer { ep_free_arguments(arguments) }
    let values = UnsafeBufferPointer(start: arguments.values, count: Int(arguments.count))
    #expect(values.map { $0.map { String(cString: $0) } } == CommandLine.arguments)
  }

  @Test func clockGoesForward() {
    var last = ep_now_ns()
    for _ in 0..<1_000 {
      let now = ep_now_ns()
      #expect(now >= last)
      last = now
    }
  }

  @Test func peakMemoryCountsWhatIsTouched() throws {
    let before = ep_peak_resident_bytes()
    #expect(before > 1 << 20)
    let bytes = 96 << 20
    let memory = try #require(ep_allocate(bytes))
    memset(memory, 1, bytes)
    #expect(ep_peak_resident_bytes() >= UInt64(bytes))
    ep_free(memory)
    // A peak stays.
    #expect(ep_peak_resident_bytes() >= UInt64(bytes))
  }

  @Test func memoryIsAligned() throws {
    for bytes in [0, 1, 63, 64, 65, 100_000] {
      let memory = try #require(ep_allocate(bytes))
      #expect(UInt(bitPattern: memory) % 64 == 0)
      memset(memory, 0xff, bytes)
      ep_free(memory)
    }
    #expect(ep_allocate(Int.max) == nil)
    #expect(ep_allocate(-1) == nil)  // size_t's largest value
  }

  @Test func coresAreCounted() {
    #expect(ep_available_cores() >= 1)
    #expect(ep_big_cores() >= 1)
    #expect(ep_big_cores() <= ep_available_cores())
  }
}
