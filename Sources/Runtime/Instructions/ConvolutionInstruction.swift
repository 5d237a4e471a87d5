/// 2-D convolution in float32 with weights packed for the plan's micro-kernel: 1x1 as GEMM, k x k as indirect GEMM.
///
/// Input `[N, H, W, Cin]`, output and residual `[N, Hout, Wout, Cout]`: views with channel stride 1, so that both may be
/// slices of wider tensors. `output = activation(conv(input) + bias + residual)`.
package struct ConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .convolution }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_gemm` lays them out; group after group.
  package var weights: TensorID
  /// Added before the activation: float32, the output's shape, channel stride 1; or none.
  package var residual: TensorID
  /// float32 `[N, Hout, Wout, Cout]`, channel stride 1.
  package var output: TensorID
  /// Groups; each has `Cin / groups` inputs and `Cout / groups` outputs.
  package var groups: Int32
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
    input: TensorID, weights: TensorID, residual: TensorID, output: TensorID, groups: Int32, kernelHeight: Int32,
    kernelWidth: Int32, strideHeight: Int32, strideWidth: Int32, dilationHeight: Int32, dilationWidth: Int32,
    padTop: Int32, padLeft: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.residual = residual
    self.output = output
    self.groups = groups
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
    throw .unsupported(reason: "Convolution is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
