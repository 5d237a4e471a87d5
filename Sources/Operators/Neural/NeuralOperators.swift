/// The operators of this folder: add a line for a new one.
let neuralOperators: [any Operator.Type] = []
