import Compiler
import Graph
import Operators

extension Graph {
  /// The network for so many pictures with its logits, `[batch, classes]`, as the only output: what comes before a final
  /// softmax, or its output where it has none. With all values of it.
  func withLogits(batch: Int) throws(TrainingError) -> (graph: Graph, infos: [ValueID: ValueInfo]) {
    do throws(GraphError) {
      let (simplified, infos) = try simplified(batch: batch)
      var tape = GraphTape(simplified, infos: infos)
      let logits: ValueID
      do throws(OperatorError) {
        logits = try tape.logits(prefix: "loss")
      } catch {
        throw .malformed(reason: "the network's output is no score for classes: \(error)")
      }
      tape.clearOutputs()
      tape.output(logits)
      return (tape.graph, tape.infos)
    } catch {
      throw .graph(error)
    }
  }
}
