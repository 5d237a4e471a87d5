/// The operators of this folder: add a line for a new one.
let quantizationOperators: [any Operator.Type] = [
  ConvInteger.self,
  DequantizeLinear.self,
  DynamicQuantizeLinear.self,
  MatMulInteger.self,
  QLinearConv.self,
  QLinearMatMul.self,
  QuantizeLinear.self,
]
