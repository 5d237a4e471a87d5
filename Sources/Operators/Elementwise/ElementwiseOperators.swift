/// The activations of this folder: add a line for a new one.
let elementwiseOperators: [any Operator.Type] =
  mathOperators + [
    Relu.self
  ]
