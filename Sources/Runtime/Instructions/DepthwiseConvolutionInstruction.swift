/// Depthwise 2-D convolution in float32: one filter a channel.
///
/// Input `[N, H, W, C]`, output `[N, Hout, Wout, C]`, both with channel stride 1.
package struct DepthwiseConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .depthwiseConvolution }

  /// float32 `[N, H, W, C]`, channel stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_depthwise` lays them out.
  package var weights: TensorID
  /// float32 `[N, Hout, Wout, C]`, channel stride 1.
  package var output: TensorID
  /// Taps along the rows' axis.
  package var kernelHeight: Int32
  /// Taps along the columns' axis.
  package var kernelWidth: Int32
  /// Rows between neighbouring outputs.
  package var strideHeight: Int32
  /// Columns between neighbouring outputs.
  package var strideWidth: Int32
  /// Rows between neighbouring taps.
  package var dilationHeight: Int32
  /// Columns between neighbouring taps.
  package var dilationWidth: Int32
  /// Rows of zeros above the input; what lies below follows from the output's shape.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(
    input: TensorID, weights: TensorID, output: TensorID, kernelHeight: Int32, kernelWidth: Int32,
    strideHeight: Int32, strideWidth: Int32, dilationHeight: Int32, dilationWidth: Int32, padTop: Int32,
    padLeft: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.output = output
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "DepthwiseConvolution is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
