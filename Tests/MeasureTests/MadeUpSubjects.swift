import Measure

/// Subjects on a made-up clock, which only goes on where they run.
struct MadeUpSubjects: BenchmarkSubjects {
  /// Nanoseconds of a run of a subject at a time, the machine's pace left out.
  var cost: (Int, inout TestGenerator) -> Double
  /// What the machine does to everything at a time (seconds): 2 is half as fast.
  var pace: (Double) -> Double = { _ in 1 }
  var calibrationNanoseconds = 100_000.0
  let count: Int
  private(set) var clock: UInt64 = 1_000
  private(set) var generator: TestGenerator
  /// Subjects in the order in which they were run, and how often each was prepared.
  private(set) var log: [Int] = []
  private(set) var prepared: [Int]

  init(count: Int, seed: UInt64 = 1, cost: @escaping (Int, inout TestGenerator) -> Double) {
    self.count = count
    self.cost = cost
    generator = TestGenerator(seed: seed)
    prepared = Array(repeating: 0, count: count)
  }

  func now() -> UInt64 { clock }

  mutating func prepare(_ subject: Int) {
    prepared[subject] += 1
    clock += 12_345
  }

  mutating func run(_ subject: Int) {
    log.append(subject)
    clock += UInt64((cost(subject, &generator) * pace(Double(clock) / 1e9)).rounded())
  }

  mutating func calibrate() { clock += UInt64((calibrationNanoseconds * pace(Double(clock) / 1e9)).rounded()) }
}

/// Seeded numbers for made-up timings.
struct TestGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  /// [0, 1)
  mutating func unit() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double((state &* 0x2545_f491_4f6c_dd1d) >> 11) * 0x1p-53
  }

  /// Approximately normal, of mean 0 and deviation 1.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
}
