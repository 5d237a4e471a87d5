import Graph
import Operators
import Runtime

/// The loss of a classifier.
extension GraphTape {
  /// The scores of the first output before a final Softmax, `[N, classes]`.
  ///
  /// - Parameter prefix: What names of new nodes start with.
  package mutating func logits(prefix: String) throws(OperatorError) -> ValueID {
    guard var value = graph.outputs.first else { throw .invalid("the network has no output") }
    let producers = graph.producers()
    // A handful of steps: the softmax may be reshaped.
    for _ in 0..<4 {
      guard let position = producers[value] else { break }
      let node = graph.nodes[position]
      guard ["Softmax", "LogSoftmax", "Reshape", "Flatten", "Squeeze", "Identity"].contains(node.op),
        let input = node.input(0)
      else { break }
      let isLast = node.op == "Softmax" || node.op == "LogSoftmax"
      if isLast || OutputKind.of(input, in: graph) == .probabilities { value = input } else { break }
      if isLast { break }
    }
    guard let info = infos[value], info.rank > 2 else { return value }
    return try emit("Flatten", [value], ["axis": .int(1)], prefix: prefix)[0]
  }

  /// `-scale * sum(targets * log softmax(logits))`, a scalar.
  package mutating func crossEntropy(
    _ logits: ValueID, _ targets: ValueID, scale: Double, prefix: String
  ) throws(OperatorError) -> ValueID {
    let logarithms = try emit("LogSoftmax", [logits], ["axis": .int(1)], prefix: prefix)[0]
    let products = try emit("Mul", [logarithms, targets], prefix: prefix)[0]
    let sum = try emit("ReduceSum", [products], ["keepdims": .int(0)], prefix: prefix)[0]
    let factor = constant(Tensor(type: infos[logits]?.type ?? .float32, shape: [], doubles: [-scale]))
    return try emit("Mul", [sum, factor], prefix: prefix)[0]
  }
}
