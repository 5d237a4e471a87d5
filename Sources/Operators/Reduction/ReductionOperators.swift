/// The operators of this folder: add a line for a new one.
let reductionOperators: [any Operator.Type] = []
