/// The operators of this folder: add a line for a new one.
let neuralOperators: [any Operator.Type] = [
  AveragePool.self,
  BatchNormalization.self,
  Conv.self,
  Gemm.self,
  GlobalAveragePool.self,
  GlobalLpPool.self,
  GlobalMaxPool.self,
  LogSoftmax.self,
  LpPool.self,
  MatMul.self,
  MaxPool.self,
  Softmax.self,
]
