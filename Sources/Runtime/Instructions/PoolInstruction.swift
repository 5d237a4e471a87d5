/// Maximum, average or Lp pooling over one to three spatial axes. Views are logical NCHW with any strides.
///
/// The fast path is float32, two spatial axes, channel stride 1 in input and output (NHWC memory).
package struct PoolInstruction: PlanInstruction {
  package static var opcode: Opcode { .pool }

  /// Raw value of `PoolKind`.
  package var kind: Int32
  /// `[N, C, spatial...]`.
  package var input: TensorID
  /// `[N, C, spatial...]`.
  package var output: TensorID
  /// Maximum only: int64 positions in the flattened logical NCHW input, or none.
  package var indices: TensorID
  /// 0: indices count the last axis fastest; 1: the first spatial axis fastest (ONNX storage_order).
  package var indexOrder: Int32
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
  /// Padding after the last element; bounds what `countIncludePad` counts.
  package var padEnd: SIMD4<Int32>
  /// Average only: 1 to divide by taps that lie in the padding too.
  package var countIncludePad: Int32
  /// Lp only: p.
  package var exponent: Int32

  package init(
    kind: Int32, input: TensorID, output: TensorID, indices: TensorID, indexOrder: Int32, spatialRank: Int32,
    kernel: SIMD4<Int32>, stride: SIMD4<Int32>, dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>,
    padEnd: SIMD4<Int32>, countIncludePad: Int32, exponent: Int32
  ) {
    self.kind = kind
    self.input = input
    self.output = output
    self.indices = indices
    self.indexOrder = indexOrder
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
    self.padEnd = padEnd
    self.countIncludePad = countIncludePad
    self.exponent = exponent
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Pool is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
