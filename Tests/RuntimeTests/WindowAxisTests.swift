import Runtime
import Testing

@Suite struct WindowAxisTests {
  /// Every method against the definition, for all small axes.
  @Test func agreesWithItsDefinition() {
    for input in 0...5 {
      for taps: Int32 in 1...4 {
        for stride: Int32 in 1...3 {
          for dilation: Int32 in 1...3 {
            for padding: Int32 in 0...4 {
              let axis = WindowAxis(
                input: input, output: 6, taps: taps, stride: stride, dilation: dilation, padding: padding)
              #expect(axis.isSound)
              check(axis)
            }
          }
        }
      }
    }
  }

  private func check(_ axis: WindowAxis) {
    func isInside(_ output: Int, _ tap: Int) -> Bool {
      (0..<axis.input).contains(output * axis.stride + tap * axis.dilation - axis.padding)
    }
    for output in 0..<axis.output {
      let expected = (0..<axis.taps).filter { isInside(output, $0) }
      #expect(Array(axis.taps(of: output)) == expected, "\(axis) output \(output)")
      #expect(axis.interior.contains(output) == (expected.count == axis.taps), "\(axis) output \(output)")
      let end = axis.runEnd(output, interior: axis.interior)
      #expect(end > output && end <= axis.output)
      for other in output..<end { #expect(axis.taps(of: other) == axis.taps(of: output)) }
    }
    var next = 0
    axis.forEachRun(in: 0..<axis.output) { run in
      #expect(run.outputs.lowerBound == next && run.outputs.upperBound > next)
      for output in run.outputs { #expect(axis.taps(of: output) == run.taps) }
      let first = run.taps.first.map { next * axis.stride + $0 * axis.dilation - axis.padding }
      #expect(run.input == first ?? 0)
      next = run.outputs.upperBound
    }
    #expect(next == axis.output)
    for tap in 0..<axis.taps {
      let expected = (0..<axis.output).filter { isInside($0, tap) }
      #expect(Array(axis.outputs(of: tap)) == expected, "\(axis) tap \(tap)")
    }
  }

  @Test func refusesNumbersThatCouldOverflow() {
    let limit = WindowAxis.limit
    func isSound(_ taps: Int32, _ stride: Int32, _ dilation: Int32, _ padding: Int32) -> Bool {
      WindowAxis(input: 4, output: 4, taps: taps, stride: stride, dilation: dilation, padding: padding).isSound
    }
    #expect(isSound(limit, limit, limit, limit))
    for bad: Int32 in [.min, -1, 0, limit + 1, .max] {
      #expect(!isSound(bad, 1, 1, 0))
      #expect(!isSound(1, bad, 1, 0))
      #expect(!isSound(1, 1, bad, 0))
      #expect(bad == 0 || !isSound(1, 1, 1, bad))
    }
    let largest = WindowAxis(
      input: Int(Int32.max), output: Int(Int32.max), taps: limit, stride: limit, dilation: limit, padding: limit)
    let last = largest.output - 1
    #expect(largest.taps(of: last).isEmpty)
    #expect(largest.outputs(of: Int(limit) - 1).lowerBound == 0)
  }
}
