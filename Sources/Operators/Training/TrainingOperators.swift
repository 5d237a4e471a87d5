/// Operators that only training needs: ONNX has none of them, and import refuses their names. Add a line for a new one.
package let trainingOperators: [any Operator.Type] = [
  ConvDataGradient.self,
  ConvWeightsGradient.self,
  Resample.self
]
