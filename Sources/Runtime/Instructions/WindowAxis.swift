/// One spatial axis of a convolution or pooling: which taps of which outputs lie inside the input.
///
/// Tap t of output o reads the input at `o * stride + t * dilation - padding`.
package struct WindowAxis: BitwiseCopyable {
  /// Larger fields are refused: sums of products of two of them and an extent stay far from overflow.
  package static let limit: Int32 = 1 << 24

  /// Extents.
  package let input: Int
  package let output: Int
  package let taps: Int
  package let stride: Int
  package let dilation: Int
  package let padding: Int

  package init(input: Int, output: Int, taps: Int32, stride: Int32, dilation: Int32, padding: Int32) {
    self.input = input
    self.output = output
    self.taps = Int(taps)
    self.stride = Int(stride)
    self.dilation = Int(dilation)
    self.padding = Int(padding)
  }

  /// Whether the fields are in the range that the other methods rely on.
  package var isSound: Bool {
    let limit = Int(WindowAxis.limit)
    return (1...limit).contains(taps) && (1...limit).contains(stride) && (1...limit).contains(dilation)
      && (0...limit).contains(padding) && input >= 0 && output >= 0
  }

  /// The last output's last tap, counted from the beginning of the padding.
  package var farthest: Int { max(output - 1, 0) * stride + (taps - 1) * dilation }

  /// Input position of an output's first tap; negative in the padding.
  @inline(__always)
  package func origin(_ output: Int) -> Int { output * stride - padding }

  /// The taps of an output that lie inside the input.
  @inline(__always)
  package func taps(of output: Int) -> Range<Int> {
    let origin = origin(output)
    let first = origin >= 0 ? 0 : min(taps, (dilation - 1 - origin) / dilation)
    let end = origin >= input ? 0 : min(taps, (input - 1 - origin) / dilation + 1)
    return first..<max(first, end)
  }

  /// The outputs whose tap lies inside the input.
  @inline(__always)
  package func outputs(of tap: Int) -> Range<Int> {
    let shift = padding - tap * dilation
    let first = shift <= 0 ? 0 : min(output, (shift + stride - 1) / stride)
    let end = input - 1 + shift < 0 ? 0 : min(output, (input - 1 + shift) / stride + 1)
    return first..<max(first, end)
  }

  /// The outputs that have all their taps inside the input.
  package var interior: Range<Int> {
    let first = outputs(of: 0)
    let last = outputs(of: taps - 1)
    return first.lowerBound..<max(first.lowerBound, last.upperBound)
  }

  /// The end of a run of outputs, starting with one, that have the same taps inside the input.
  package func runEnd(_ start: Int, interior: Range<Int>) -> Int {
    if interior.contains(start) { return interior.upperBound }
    return start + 1
  }

  /// Neighbouring outputs that have the same taps inside the input.
  package struct Run {
    package let outputs: Range<Int>
    package let taps: Range<Int>
    /// Where the first of these taps reads for the first of these outputs; 0 without taps, as nothing is read then.
    package let input: Int
  }

  /// Calls `body` with one run after the other of those that make up `outputs`.
  @inline(__always)
  package func forEachRun(in outputs: Range<Int>, _ body: (Run) -> Void) {
    let interior = interior
    var start = outputs.lowerBound
    while start < outputs.upperBound {
      let end = min(outputs.upperBound, runEnd(start, interior: interior))
      let taps = taps(of: start)
      body(
        Run(
          outputs: start..<end, taps: taps, input: taps.isEmpty ? 0 : origin(start) + taps.lowerBound * dilation))
      start = end
    }
  }
}
