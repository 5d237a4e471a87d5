/// N-D convolution of 8-bit integers into int32: `sum (input - inputZeroPoint) * (weights - weightZeroPoint)`.
///
/// Views are logical NCHW. Padding counts as the input's zero point.
package struct IntegerConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .integerConvolution }

  /// int8 or uint8 `[N, Cin, spatial...]`.
  package var input: TensorID
  /// One element, or none for 0.
  package var inputZeroPoint: TensorID
  /// int8 or uint8 `[Cout, Cin / groups, kernel...]`.
  package var weights: TensorID
  /// Broadcast to `[Cout]`, or none for 0.
  package var weightZeroPoint: TensorID
  /// int32 `[Cout]` or none.
  package var bias: TensorID
  /// int32 `[N, Cout, spatial...]`.
  package var output: TensorID
  /// Groups.
  package var groups: Int32
  /// Number of spatial axes, 1 to 3.
  package var spatialRank: Int32
  /// Taps along each spatial axis (unused lanes 1).
  package var kernel: SIMD4<Int32>
  /// Distance between neighbouring outputs.
  package var stride: SIMD4<Int32>
  /// Distance between neighbouring taps.
  package var dilation: SIMD4<Int32>
  /// Padding before the first element of each spatial axis.
  package var padBegin: SIMD4<Int32>

  package init(
    input: TensorID, inputZeroPoint: TensorID, weights: TensorID, weightZeroPoint: TensorID, bias: TensorID,
    output: TensorID, groups: Int32, spatialRank: Int32, kernel: SIMD4<Int32>, stride: SIMD4<Int32>,
    dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>
  ) {
    self.input = input
    self.inputZeroPoint = inputZeroPoint
    self.weights = weights
    self.weightZeroPoint = weightZeroPoint
    self.bias = bias
    self.output = output
    self.groups = groups
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "IntegerConvolution is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
