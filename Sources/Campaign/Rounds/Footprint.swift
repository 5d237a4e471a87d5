import AAPPolicy
import Compiler
import Graph
import Operators
import Runtime

/// What can be said of a network without running it.
struct Footprint {
  let parameters: Int
  let multiplyAccumulates: Int
  /// Weights and arena of its plan, in bytes.
  let planBytes: Int

  /// Compiles the network for one picture, for an instruction set that this machine need not have.
  init(_ network: Graph, _ instructionSet: InstructionSet) throws {
    let result = try Compiler.compile(network.withOpenBatch(), Compiler.Options(isa: instructionSet.isa))
    // Only its header: a whole plan is read where there are kernels to run it.
    let header = try result.bytes.withUnsafeBytes { bytes throws(PlanError) in try PlanReader.header(bytes) }
    parameters = result.statistics.parameters
    multiplyAccumulates = result.statistics.multiplyAccumulates
    planBytes = Int(header.weights.bytes) + Int(header.arenaBytes)
  }

  var measured: MeasuredQuantities {
    [
      .parameters: MeasuredValue(Double(parameters)),
      .multiplyAccumulates: MeasuredValue(Double(multiplyAccumulates)),
      .planBytes: MeasuredValue(Double(planBytes)),
    ]
  }
}

extension LayerRecord {
  /// The layers with weights of a network.
  ///
  /// - Parameter latencies: Milliseconds by position of the node.
  static func layers(of network: Graph, latencies: [Int: Double]) throws -> [LayerRecord] {
    let open = network.withOpenBatch()
    let infos = try ShapeInference.infer(open, inputs: InputSpecification(batch: 1).resolve(open))
    let statistics = GraphStatistics(open, infos: infos)
    return zip(network.nodes, statistics.layers).enumerated().compactMap { position, pair in
      let (node, layer) = pair
      guard layer.multiplyAccumulates > 0, let input = node.input(0).flatMap({ infos[$0]?.shape }),
        let output = node.output(0).flatMap({ infos[$0]?.shape })
      else { return nil }
      func channels(_ shape: [Int]) -> Int { shape.count > 2 ? shape[1] : shape.last ?? 1 }
      return LayerRecord(
        name: node.name, op: node.op, inputs: channels(input), outputs: channels(output), parameters: layer.parameters,
        multiplyAccumulates: layer.multiplyAccumulates, latency: latencies[position])
    }
  }
}
