import Testing
import Training

/// Values of PyTorch 2.15's schedulers, taken as the optimiser sees them in each step.
@Suite struct LearningRateScheduleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let peak: Double
    let total: Int
    let rates: [(step: Int, rate: Double)]
    var testDescription: String { text }
  }

  static let cases = [
    // CosineAnnealingLR(T_max=100)
    Case(
      text: "cosine", peak: 0.1, total: 100,
      rates: [
        (0, 0.1), (1, 0.09997532801828658), (7, 0.09879583809693737), (24, 0.08644843137107061),
        (25, 0.0853553390593274), (49, 0.05157053795390645), (50, 0.05), (73, 0.016934406733817433),
        (99, 2.4671981713420017e-05),
      ]),
    // CosineAnnealingLR(T_max=100, eta_min=0.001)
    Case(
      text: "cosine:final=0.01", peak: 0.1, total: 100,
      rates: [
        (0, 0.1), (7, 0.09880787971596798), (25, 0.08550178566873408), (73, 0.017765062666479235),
        (99, 0.0010244252618962857),
      ]),
    // MultiStepLR([50, 75])
    Case(
      text: "step:0.5,0.75", peak: 0.1, total: 100,
      rates: [(0, 0.1), (49, 0.1), (50, 0.01), (74, 0.01), (75, 0.001), (99, 0.001)]),
    // OneCycleLR(max_lr=0.1, total_steps=100, cycle_momentum=False)
    Case(
      text: "one-cycle", peak: 0.1, total: 100,
      rates: [
        (0, 0.004), (1, 0.004281378056590748), (7, 0.017152216387689725), (28, 0.09971862194340926), (29, 0.1),
        (30, 0.09994965352845243), (50, 0.0793893450575732), (73, 0.030349027022310158), (99, 4e-07),
      ]),
    // OneCycleLR(max_lr=0.4, total_steps=37, pct_start=0.2, div_factor=10, final_div_factor=100)
    Case(
      text: "one-cycle:rise=0.2,start=10,end=100", peak: 0.4, total: 37,
      rates: [
        (0, 0.04), (1, 0.06125417241729608), (6, 0.3965413504725815), (7, 0.3995950163012504),
        (8, 0.39712605888747216), (20, 0.22557816038542639), (36, 0.0004),
      ]),
    // SequentialLR([LinearLR(0.01, total_iters=10), CosineAnnealingLR(90)], [10])
    Case(
      text: "cosine:warmup=10", peak: 0.1, total: 100,
      rates: [
        (0, 0.001), (1, 0.0109), (5, 0.0505), (9, 0.0901), (10, 0.1), (11, 0.0999695413509548),
        (50, 0.058682408883346526), (99, 3.045864904521188e-05),
      ]),
    // CosineAnnealingLR(T_max=60, eta_min=0.01), which stays there
    Case(
      text: "swa:final=0.05,anneal=0.6", peak: 0.2, total: 100,
      rates: [
        (0, 0.2), (1, 0.1998698058016845), (30, 0.10500000000000001), (59, 0.010130194198315488),
        (60, 0.010000000000000002), (99, 0.010000000000000002),
      ]),
    // LinearLR(0.01, total_iters=5)
    Case(
      text: "constant:warmup=0.05", peak: 0.1, total: 100,
      rates: [(0, 0.001), (1, 0.0208), (2, 0.0406), (3, 0.0604), (4, 0.0802), (5, 0.1), (99, 0.1)]),
  ]

  @Test(arguments: cases)
  func equalsPyTorch(_ wanted: Case) throws {
    let schedule = try LearningRateSchedule(wanted.text, peak: wanted.peak)
    for (step, rate) in wanted.rates {
      #expect(
        abs(schedule.rate(at: step, of: wanted.total) - rate) <= 1e-12 * wanted.peak + 1e-9 * rate, "step \(step)")
    }
    #expect(try LearningRateSchedule(schedule.text, peak: wanted.peak) == schedule)
  }

  /// No number of steps gives a rate that is no number, below zero or above the peak.
  @Test(arguments: LearningRateSchedule.names.flatMap { [$0, "\($0):warmup=0.3", "\($0):warmup=7"] })
  func alwaysARate(text: String) throws {
    let schedule = try LearningRateSchedule(text, peak: 0.5)
    for total in [-1, 0, 1, 2, 3, 4, 5, 7, 10, 33, 1000] {
      for step in -1...total + 2 {
        let rate = schedule.rate(at: step, of: total)
        #expect(rate >= 0 && rate <= 0.5, "\(text) at \(step) of \(total): \(rate)")
      }
    }
  }

  @Test func extremeNumbersAreHarmless() throws {
    for warmUp in [LearningRateSchedule.WarmUp.steps(.max), .steps(.min), .fraction(.infinity), .fraction(-.nan)] {
      let schedule = LearningRateSchedule(peak: 1, course: .cosine(final: 0), warmUp: warmUp)
      #expect(schedule.rate(at: 3, of: 10).isFinite)
      #expect(schedule.rate(at: .max, of: .max).isFinite)
    }
  }

  @Test func wrongTextsAreErrors() {
    let wrong = [
      "", "cosin", "cosine:0.1", "cosine:final=2", "cosine:final=x", "step:0.75,0.5", "step:1.5", "step:0.5,gamma=-1",
      "step:0.5,gamma=0.1,gamma=0.2", "one-cycle:rise=nan", "one-cycle:start=0", "constant:final=0.1",
      "cosine:warmup=1.5", "cosine:warmup=-3", "cosine:warmup=1e300",
    ]
    for text in wrong {
      #expect(throws: ScheduleError.self, "\(text)") { try LearningRateSchedule(text, peak: 0.1) }
    }
    for peak in [0, -1, Double.nan, .infinity] {
      #expect(throws: ScheduleError.self) { try LearningRateSchedule("cosine", peak: peak) }
    }
  }
}
