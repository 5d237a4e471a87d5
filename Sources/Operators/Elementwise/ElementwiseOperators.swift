/// The operators of this folder: add a line for a new one.
let elementwiseOperators: [any Operator.Type] = [
  Relu.self
]
