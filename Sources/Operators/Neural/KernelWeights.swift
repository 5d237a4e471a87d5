/// Weights of a packed kernel.
enum KernelWeights {
  /// Known when the plan is made, and packed then. The bias has one number an output, or none.
  case constant([Float], bias: [Float])
  /// A float32 view that an instruction packs in every run.
  case computed(LoweredView, bias: LoweredView?, reversesTaps: Bool = false)
}
