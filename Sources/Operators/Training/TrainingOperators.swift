/// Operators that only training needs: ONNX has none of them, and import refuses their names. Add a line for a new one.
package let trainingOperators: [any Operator.Type] = [
  Accumulate.self,
  AdamWUpdate.self,
  AveragePoolGradient.self,
  BatchNormalizationApply.self,
  BatchNormalizationGradient.self,
  BatchNormalizationTraining.self,
  ClipGradient.self,
  ConvDataGradient.self,
  ConvWeightsGradient.self,
  MaxPoolGradient.self,
  MovingAverage.self,
  ReluGradient.self,
  Resample.self,
  SGDUpdate.self,
  SliceGradient.self,
]
