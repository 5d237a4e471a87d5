import Dispatch
import Synchronization

/// Produces values on background threads ahead of their use and hands them out in order: sample i is the i-th value,
/// whatever the number of threads. At most `window` values exist at a time, being made or waiting, so memory is
/// bounded by that many decoded pictures.
///
/// Pictures that cannot be used come as failures in their place; nothing stops for them.
package final class Prefetcher<Value: Sendable>: Sequence, IteratorProtocol {
  /// A value, or why there is none.
  package typealias Outcome = Result<Value, DatasetError>

  private let shared: Shared
  private var taken = 0

  /// Starts making values at once.
  ///
  /// - Parameters:
  ///   - dataset: the samples, in the order in which values are wanted.
  ///   - threads: how many make values; at least 1.
  ///   - window: how many values may exist at a time; at least `threads`.
  ///   - make: turns a sample's content into a value: decodes and resizes. Called on any of the threads.
  package convenience init(
    _ dataset: Dataset, threads: Int, window: Int? = nil,
    make: @escaping @Sendable (Sample, SampleContent) throws(DatasetError) -> Value
  ) {
    self.init(count: dataset.samples.count, threads: threads, window: window) { index throws(DatasetError) in
      let sample = dataset.samples[index]
      return try make(sample, dataset.load(sample))
    }
  }

  /// As above, for values made from an index of 0..<count.
  package init(
    count: Int, threads: Int, window: Int? = nil,
    make: @escaping @Sendable (Int) throws(DatasetError) -> Value
  ) {
    let threads = Swift.max(threads, 1)
    shared = Shared(count: count, window: Swift.max(window ?? 2 * threads, threads), make: make)
    let queue = DispatchQueue(label: "edge-run.prefetch", qos: .userInitiated, attributes: .concurrent)
    for _ in 0..<Swift.min(threads, Swift.max(count, 0)) {
      // The threads hold what they share, never the prefetcher itself: letting go of it ends them.
      queue.async(group: shared.threads) { [shared] in shared.work() }
    }
  }

  /// Ends the threads, each after the value that it is making, and waits for that.
  package func stop() {
    shared.stop()
    shared.threads.wait()
  }

  deinit {
    shared.stop()
  }

  /// The next value, waiting for it if need be; nil after the last.
  package func next() -> Outcome? {
    guard taken < shared.count else { return nil }
    defer { taken += 1 }
    return shared.take(taken)
  }

  /// What the threads and the prefetcher share: a ring of `window` slots, value i in slot i % window.
  private final class Shared: Sendable {
    private struct State {
      var claimed = 0
      var isStopped = false
      var slots: [Outcome?]
    }

    let count: Int
    /// The threads that make values.
    let threads = DispatchGroup()
    private let window: Int
    private let make: @Sendable (Int) throws(DatasetError) -> Value
    private let state: Mutex<State>
    /// How many more values may be begun.
    private let free: DispatchSemaphore
    /// Raised when the slot holds a value.
    private let ready: [DispatchSemaphore]

    init(count: Int, window: Int, make: @escaping @Sendable (Int) throws(DatasetError) -> Value) {
      self.count = Swift.max(count, 0)
      self.window = window
      self.make = make
      state = Mutex(State(slots: Array(repeating: nil, count: window)))
      // A semaphore must not be destroyed below the value that it began with, therefore it begins with 0.
      free = DispatchSemaphore(value: 0)
      ready = (0..<window).map { _ in DispatchSemaphore(value: 0) }
      for _ in 0..<window { free.signal() }
    }

    func work() {
      while true {
        free.wait()
        let claim = state.withLock { state -> Int? in
          guard !state.isStopped, state.claimed < count else { return nil }
          state.claimed += 1
          return state.claimed - 1
        }
        guard let index = claim else {
          // Wake the next thread, which will find the same.
          free.signal()
          return
        }
        let outcome: Outcome
        do {
          outcome = .success(try make(index))
        } catch {
          outcome = .failure(error)
        }
        state.withLock { $0.slots[index % window] = outcome }
        ready[index % window].signal()
      }
    }

    /// Waits for value `index`; to be called for 0, 1, 2, ... in turn.
    func take(_ index: Int) -> Outcome? {
      ready[index % window].wait()
      let outcome = state.withLock { state -> Outcome? in
        defer { state.slots[index % window] = nil }
        return state.slots[index % window]
      }
      free.signal()
      return outcome
    }

    func stop() {
      state.withLock { $0.isStopped = true }
      free.signal()
    }
  }
}
