extension OperatorHistory {
  /// Operators whose nodes mean the same in every opset from 7 on (or from the one that brought them), with that opset.
  ///
  /// Looked at and found not to matter:
  /// - Add, Sub, Mul, Div, Equal, Less, Pow, Clip, Min, Max, Relu and others: later versions allow more element types.
  /// - Min, Max, Sum, Mean 8: operands may be broadcast.
  /// - Gemm 11: operand C may be left out. MaxPool 8, 10, 12 and AveragePool 10, 19, LpPool 18: attributes were added whose
  ///   defaults are the earlier meaning; the formula for SAME padding without ceil_mode was corrected, not changed.
  /// - ConvTranspose 11: the description had SAME_UPPER and SAME_LOWER exchanged before.
  /// - Reshape 14 (allowzero), Shape 15 (start, end), ArgMax 12 (select_last_index), DepthToSpace 11 and SpaceToDepth 28
  ///   (mode), Range 27 (stash_type), Cast and CastLike 19 and 24 (saturate, round_mode), QuantizeLinear and
  ///   DequantizeLinear 13 to 23 (axis, block_size, output_dtype, precision): defaults are the earlier meaning.
  /// - Flatten, Gather, Concat, ArgMax 11 and others: axes may be negative.
  /// - Constant: its value becomes a constant of the graph, whichever attribute holds it.
  static let unchangedOperators: [OperatorHistory] = unchanged.map { OperatorHistory($0.name, since: $0.since) }

  private static let unchanged: [(name: String, since: Int)] = [
    // Neural
    ("AveragePool", 7), ("Conv", 1), ("ConvTranspose", 1), ("Gemm", 7), ("GlobalAveragePool", 1), ("GlobalLpPool", 2),
    ("GlobalMaxPool", 1), ("InstanceNormalization", 6), ("LRN", 1), ("LayerNormalization", 17), ("LpPool", 2),
    ("RMSNormalization", 23),
    ("MatMul", 1), ("MaxPool", 1),
    // Element-wise
    ("Abs", 6), ("Add", 7), ("And", 7), ("Ceil", 6), ("Celu", 12), ("Div", 7), ("Elu", 6), ("Equal", 7), ("Erf", 9),
    ("Exp", 6), ("Floor", 6), ("Gelu", 20), ("Greater", 7), ("GreaterOrEqual", 12), ("HardSigmoid", 6),
    ("HardSwish", 14),
    ("LeakyRelu", 6), ("Less", 7), ("LessOrEqual", 12), ("Log", 6), ("Max", 6), ("Mean", 6), ("Min", 6), ("Mish", 18),
    ("Mul", 7), ("Neg", 6), ("Not", 1), ("Or", 7), ("PRelu", 7), ("Pow", 7), ("Reciprocal", 6), ("Relu", 6),
    ("Round", 11),
    ("Selu", 6), ("Sigmoid", 6), ("Sign", 9), ("Softplus", 1), ("Softsign", 1), ("Sqrt", 6), ("Sub", 7), ("Sum", 6),
    ("Tanh", 6), ("ThresholdedRelu", 10), ("Where", 9), ("Xor", 7),
    ("Acos", 7), ("Acosh", 9), ("Asin", 7), ("Asinh", 9), ("Atan", 7), ("Atanh", 9), ("BitShift", 11),
    ("BitwiseAnd", 18), ("BitwiseNot", 18), ("BitwiseOr", 18), ("BitwiseXor", 18), ("Cos", 7), ("Cosh", 9),
    ("IsInf", 10), ("IsNaN", 9), ("Mod", 10), ("Shrink", 9), ("Sin", 7), ("Sinh", 9), ("Swish", 24), ("Tan", 7),
    // Movement
    ("Cast", 6), ("CastLike", 15), ("Concat", 4), ("Constant", 1), ("ConstantOfShape", 9), ("DepthToSpace", 1),
    ("Expand", 8), ("Flatten", 1), ("Gather", 1), ("Identity", 1), ("Range", 11), ("Reshape", 5), ("Shape", 1),
    ("Size", 1),
    ("SpaceToDepth", 1), ("Tile", 6), ("Transpose", 1),
    ("CenterCropPad", 18), ("EyeLike", 9), ("GatherElements", 11), ("GatherND", 11), ("OneHot", 11),
    ("ScatterElements", 11), ("ScatterND", 11), ("Trilu", 14),
    // Reduction
    ("ArgMax", 1), ("ArgMin", 1), ("CumSum", 11),
    // Quantisation
    ("ConvInteger", 10), ("DequantizeLinear", 10), ("DynamicQuantizeLinear", 11), ("MatMulInteger", 10),
    ("QLinearConv", 10), ("QLinearMatMul", 10), ("QuantizeLinear", 10),
  ]
}
