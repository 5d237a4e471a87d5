/// Softmax or its logarithm along one axis; shifted by the maximum, so that it never overflows. float32 and float64.
package struct SoftmaxInstruction: PlanInstruction {
  package static var opcode: Opcode { .softmax }

  /// 1 for the logarithm.
  package var logarithm: Int32
  /// Any strides.
  package var input: TensorID
  /// The same type and shape.
  package var output: TensorID
  /// Axis.
  package var axis: Int32

  package init(logarithm: Int32, input: TensorID, output: TensorID, axis: Int32) {
    self.logarithm = logarithm
    self.input = input
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Softmax is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
