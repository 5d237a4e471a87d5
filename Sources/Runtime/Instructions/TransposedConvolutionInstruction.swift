/// N-D transposed convolution (ONNX ConvTranspose). Views are logical NCHW with any strides.
///
/// Output element o gets input element i through tap t where `o = i * stride + t * dilation - padBegin`. float32 and float64.
package struct TransposedConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .transposedConvolution }

  /// `[N, Cin, spatial...]`.
  package var input: TensorID
  /// `[Cin, Cout / groups, kernel...]`.
  package var weights: TensorID
  /// `[Cout]` or none.
  package var bias: TensorID
  /// `[N, Cout, spatial...]`.
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
    input: TensorID, weights: TensorID, bias: TensorID, output: TensorID, groups: Int32, spatialRank: Int32,
    kernel: SIMD4<Int32>, stride: SIMD4<Int32>, dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>
  ) {
    self.input = input
    self.weights = weights
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
    throw .unsupported(reason: "TransposedConvolution is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
