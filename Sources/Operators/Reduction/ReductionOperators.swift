/// The operators of this folder: add a line for a new one.
let reductionOperators: [any Operator.Type] = [
  ArgMax.self, ArgMin.self, CumSum.self, ReduceL1.self, ReduceL2.self, ReduceLogSum.self, ReduceLogSumExp.self,
  ReduceMax.self,
  ReduceMean.self, ReduceMin.self, ReduceProd.self, ReduceSum.self, ReduceSumSquare.self, TopK.self,
]
