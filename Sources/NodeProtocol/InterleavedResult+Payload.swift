import Measure

/// Timings travel as they were taken; the computer makes the same statistics of them as the board would.
extension InterleavedResult {
  package init(payload: [UInt8], confidence: Double) throws(MessageError) {
    var reader = PayloadReader(payload)
    let endingCode = try reader.uint32()
    let (warmUpPasses, isUnfinished) = (try reader.uint64(), try reader.uint32() != 0)
    let calibration = try reader.doubles()
    let count = try reader.uint32()
    guard count <= ComparisonRequest.maximumPlans, warmUpPasses <= Benchmark.maximumRuns else {
      throw .malformed(reason: "timings of \(count) plans, of \(warmUpPasses) passes of warming up")
    }
    var timings: [RawTimings] = []
    for _ in 0..<count {
      let (repeats, first) = (Int(try reader.uint32()), try reader.uint64())
      let milliseconds = try reader.doubles()
      guard milliseconds.count == calibration.count, milliseconds.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw .malformed(reason: "timings of one plan that are no times, or not as many as there are passes")
      }
      timings.append(RawTimings(milliseconds: milliseconds, repeats: repeats, firstRunNanoseconds: first))
    }
    try reader.end()
    let result = InterleavedResult(
      timings: timings, calibration: calibration, warmUpPasses: Int(warmUpPasses), isWarmUpUnfinished: isUnfinished,
      confidence: confidence, ending: MeasurementEnding(code: endingCode))
    guard let result else { throw .malformed(reason: "timings without a pass") }
    self = result
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(ending?.code ?? 0)
    writer.add(UInt64(warmUpPasses))
    writer.add(UInt32(isWarmUpUnfinished ? 1 : 0))
    writer.add(calibration)
    writer.add(UInt32(subjects.count))
    for subject in subjects {
      writer.add(UInt32(clamping: subject.repeats))
      writer.add(subject.firstRunNanoseconds)
      writer.add(subject.milliseconds)
    }
    return writer.bytes
  }
}

extension MeasurementEnding {
  fileprivate var code: UInt32 {
    switch self {
    case .satisfied: 1
    case .limit: 2
    case .stopped: 3
    }
  }

  /// Nil where measuring goes on.
  fileprivate init?(code: UInt32) {
    switch code {
    case 1: self = .satisfied
    case 2: self = .limit
    case 3: self = .stopped
    default: return nil
    }
  }
}
