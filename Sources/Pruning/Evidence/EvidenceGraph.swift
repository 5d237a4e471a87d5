import Compiler
import Graph
import Operators
import Runtime

/// The network for one batch size, with sums of its activations and of their derivatives as its only outputs.
///
/// Outputs: where activations are asked for, for every point the sum over pictures; then, where gradients are, for every
/// point the sum over positions of A dL/dA, `[batch, channels]`, L the sum over pictures of the cross-entropy. It is the
/// derivative by a gate of one picture that multiplies the channel, at 1; as each picture has its own, batches may be cut
/// anywhere.
struct EvidenceGraph {
  static let targets = "calibration targets"

  let graph: Graph
  let batch: Int
  /// The picture input's name.
  let images: String
  /// Numbers of one picture.
  let pictureSize: Int
  /// Of the targets; 0 where there are none.
  let classes: Int

  init(
    _ coupled: CoupledChannels, _ points: [ActivationPoint], _ kinds: Set<ImportanceEvidence.Kind>, batch: Int
  ) throws(PruningError) {
    do throws(GraphError) {
      try self.init(network: coupled.graph, points, kinds, batch)
    } catch {
      throw .graph(error)
    }
  }

  private init(
    network: Graph, _ points: [ActivationPoint], _ kinds: Set<ImportanceEvidence.Kind>, _ batch: Int
  ) throws(GraphError) {
    var graph = network
    graph.inputs = graph.inputs.filter { graph.constants[$0] == nil }
    guard graph.inputs.count == 1, let image = graph.inputs.first else {
      throw .malformed(reason: "channels are judged by pictures, and the network has \(graph.inputs.count) inputs")
    }
    // Outputs are what simplification must leave alone.
    graph.outputs += points.map(\.value)
    let simplified = try Compiler.simplified(graph, inputs: InputSpecification(batch: batch))
    graph = simplified.graph
    graph.outputs = network.outputs
    guard let info = simplified.infos[image], info.type == .float32, info.shape.first == batch else {
      throw .input(name: graph.name(of: image), reason: "pictures are float32 in batches here")
    }
    images = graph.name(of: image)
    pictureSize = info.shape.dropFirst().reduce(1, *)
    self.batch = batch
    var tape = GraphTape(graph, infos: simplified.infos)
    let values = points.map(\.value)
    var outputs: [ValueID] = []
    var classes = 0
    do throws(OperatorError) {
      if kinds.contains(.activations) {
        for value in values { outputs.append(try EvidenceGraph.sum(value, axes: [0], &tape)) }
      }
      if kinds.contains(.gradients) {
        let logits = try tape.logits(prefix: "importance")
        guard let shape = tape.infos[logits]?.shape, shape.count == 2, shape[0] == batch, shape[1] > 1 else {
          throw .invalid("the network's output is no score for every class of every picture")
        }
        classes = shape[1]
        let targets = tape.input(EvidenceGraph.targets, .float32, shape)
        let loss = try tape.crossEntropy(logits, targets, scale: 1, prefix: "importance")
        outputs += try EvidenceGraph.gateGradients(points, of: loss, &tape)
      }
    } catch {
      throw .malformed(reason: "the network's channels cannot be judged: \(error)")
    }
    self.classes = classes
    tape.clearOutputs()
    for value in outputs { tape.output(value) }
    self.graph = tape.graph
  }

  private static func sum(_ value: ValueID, axes: [Int], _ tape: inout GraphTape) throws(OperatorError) -> ValueID {
    let list = tape.constant(Tensor(type: .int64, shape: [axes.count], integers: axes))
    return try tape.emit("ReduceSum", [value, list], ["keepdims": .int(0)], prefix: "importance")[0]
  }

  private static func gateGradients(
    _ points: [ActivationPoint], of loss: ValueID, _ tape: inout GraphTape
  ) throws(OperatorError) -> [ValueID] {
    let derived: Differentiation.Result
    do throws(GraphError) {
      derived = try Differentiation.differentiate(loss, by: points.map(\.value), in: tape.graph, infos: tape.infos)
    } catch {
      throw .invalid(error.message)
    }
    tape = GraphTape(derived.graph, infos: derived.infos)
    var result: [ValueID] = []
    for point in points {
      guard let gradient = derived.gradients[point.value], let rank = tape.infos[point.value]?.rank else {
        // The loss does not depend on it.
        let batch = tape.infos[point.value]?.shape.first ?? 1
        result.append(tape.constant(Tensor(shape: [batch, point.channels], repeating: 0)))
        continue
      }
      var product = try tape.emit("Mul", [point.value, gradient], prefix: "importance")[0]
      let positions = (1..<rank).filter { $0 != point.axis }
      if !positions.isEmpty { product = try sum(product, axes: positions, &tape) }
      result.append(product)
    }
    return result
  }
}
