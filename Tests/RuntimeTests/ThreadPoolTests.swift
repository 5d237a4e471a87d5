import CPlatform
import Foundation
import Testing

/// What the tasks of a region leave behind: how often each task ran, and whether two ever shared a worker.
private struct Ledger {
  var runs: UnsafeMutablePointer<Int32>
  var busy: UnsafeMutablePointer<Int32>
  var threads: Int32
  var complaints: UnsafeMutablePointer<Int32>
}

private let record: ep_task = { context, task, count, worker in
  guard let ledger = context?.assumingMemoryBound(to: Ledger.self).pointee else { return }
  if task < 0 || task >= count || worker < 0 || worker >= ledger.threads {
    ledger.complaints[0] += 1
    return
  }
  if ledger.busy[Int(worker)] != 0 { ledger.complaints[1] += 1 }
  ledger.busy[Int(worker)] = 1
  ledger.runs[Int(task)] += 1
  ledger.busy[Int(worker)] = 0
}

/// Runs regions of `count` tasks and returns whether every task ran once in each, on a worker of its own.
private func coversTasks(_ pool: OpaquePointer, threads: Int, count: Int, regions: Int = 1) -> Bool {
  let runs = UnsafeMutablePointer<Int32>.allocate(capacity: count + 1)
  let busy = UnsafeMutablePointer<Int32>.allocate(capacity: threads)
  let complaints = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
  defer {
    runs.deallocate()
    busy.deallocate()
    complaints.deallocate()
  }
  runs.initialize(repeating: 0, count: count + 1)
  busy.initialize(repeating: 0, count: threads)
  complaints.initialize(repeating: 0, count: 2)
  var ledger = Ledger(runs: runs, busy: busy, threads: Int32(threads), complaints: complaints)
  for region in 1...regions {
    ep_pool_run(pool, Int32(count), record, &ledger)
    for task in 0..<count where runs[task] != Int32(region) { return false }
  }
  return complaints[0] == 0 && complaints[1] == 0 && runs[count] == 0
}

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyTaskRunsOnce(threads: Int) throws {
    let pool = try #require(ep_pool_create(Int32(threads), false))
    defer { ep_pool_destroy(pool) }
    for count in [0, 1, 2, 3, 7, 64, 1000] {
      #expect(coversTasks(pool, threads: threads, count: count), "\(count) tasks")
    }
  }

  @Test func manyRegionsInARow() throws {
    let pool = try #require(ep_pool_create(2, false))
    defer { ep_pool_destroy(pool) }
    #expect(coversTasks(pool, threads: 2, count: 5, regions: 50_000))
  }

  @Test func moreThreadsThanCores() throws {
    let threads = Int(ep_available_cores()) * 4 + 5
    let pool = try #require(ep_pool_create(Int32(threads), false))
    defer { ep_pool_destroy(pool) }
    #expect(coversTasks(pool, threads: threads, count: threads * 3, regions: 1_000))
  }

  @Test func workersThatFellAsleepWakeUp() throws {
    let pool = try #require(ep_pool_create(3, false))
    defer { ep_pool_destroy(pool) }
    for _ in 0..<20 {
      usleep(2_000)  // far longer than workers spin
      #expect(coversTasks(pool, threads: 3, count: 9))
    }
  }

  @Test func longTasksMakeTheCallerWait() throws {
    let pool = try #require(ep_pool_create(2, false))
    defer { ep_pool_destroy(pool) }
    var ended: [Int32] = [0, 0]
    for _ in 0..<10 {
      ended = [0, 0]
      ended.withUnsafeMutableBytes { bytes in
        ep_pool_run(
          pool, 2,
          { context, task, _, _ in
            usleep(3_000)
            context?.assumingMemoryBound(to: Int32.self)[Int(task)] = 1
          }, bytes.baseAddress)
      }
      #expect(ended == [1, 1])
    }
  }

  @Test func poolsComeAndGo() throws {
    for round in 0..<200 {
      let threads = 1 + round % 5
      let pool = try #require(ep_pool_create(Int32(threads), false))
      if round % 2 == 0 { #expect(coversTasks(pool, threads: threads, count: 4)) }
      ep_pool_destroy(pool)
    }
    ep_pool_destroy(nil)
  }

  @Test func severalPoolsAtTheSameTime() async {
    let results = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          guard let pool = ep_pool_create(3, false) else { return false }
          defer { ep_pool_destroy(pool) }
          return coversTasks(pool, threads: 3, count: 11, regions: 500)
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(results == [true, true, true, true])
  }

  @Test func pinnedCallerIsReleased() throws {
    let before = ep_available_cores()
    let pool = try #require(ep_pool_create(2, true))
    #expect(ep_available_cores() == 1)
    #expect(coversTasks(pool, threads: 2, count: 8, regions: 100))
    ep_pool_destroy(pool)
    #expect(ep_available_cores() == before)
  }

  @Test func nonsenseThreadCountsGiveOneThread() throws {
    for threads in [Int32(0), -3] {
      let pool = try #require(ep_pool_create(threads, false))
      #expect(coversTasks(pool, threads: 1, count: 10))
      ep_pool_destroy(pool)
    }
  }
}
