import CKernels
import Graph
import Operators
import Runtime

/// Graph -> plan: rewriting, layout, fusion, kernel choice, memory planning and weight packing.
///
///     let plan = try Compiler.compile(graph)
///     try plan.bytes.write(to: URL(filePath: "signs.edge"))
package enum Compiler {
  /// What to compile for.
  package struct Options: Sendable {
    /// Shapes, batch and known values of the inputs.
    package var inputs: InputSpecification
    /// The instruction set that weights are packed for.
    package var isa: ek_isa
    /// Whether graphs are rewritten; without it each node is lowered as it stands (a test of the passes).
    package var optimizes: Bool
    /// Which algorithm convolutions take.
    package var algorithms = AlgorithmChoice.estimated

    package init(inputs: InputSpecification = InputSpecification(), isa: ek_isa = ek_best_isa(), optimizes: Bool = true)
    {
      self.inputs = inputs
      self.isa = isa
      self.optimizes = optimizes
    }
  }

  /// A compiled plan's file and what was found on the way.
  package struct Result: Sendable {
    /// The `.edge` file.
    package let bytes: [UInt8]
    /// Size and work of the network as imported.
    package let statistics: GraphStatistics
    /// The convolutions that had a choice of algorithms.
    package let convolutionSites: [ConvolutionSite]
  }

  /// Compiles a graph.
  /// - Throws: `GraphError` naming the node that is malformed or not supported, or the input that must be given.
  package static func compile(_ graph: Graph, _ options: Options = Options()) throws(GraphError) -> Result {
    try graph.validate()
    let inputs = try options.inputs.resolve(graph)
    let infos = try ShapeInference.infer(graph, inputs: inputs)
    let statistics = GraphStatistics(graph, infos: infos)
    let (optimized, optimizedInfos) = try rewrite(graph, infos, inputs, options)
    return try lower(optimized, optimizedInfos, options, statistics)
  }

  /// The graph for inputs of known shapes, with everything computed that does not depend on their elements and without
  /// nodes that change nothing: what training starts from.
  package static func simplified(
    _ graph: Graph, inputs: InputSpecification
  ) throws(GraphError) -> (graph: Graph, infos: [ValueID: ValueInfo]) {
    try graph.validate()
    var editor = GraphEditor(graph, infos: try ShapeInference.infer(graph, inputs: inputs.resolve(graph)))
    FoldConstants.apply(&editor)
    RemoveIdentities.apply(&editor)
    var result = try editor.finish()
    for node in result.nodes {
      for case let id? in node.inputs where result.constants[id] == nil {
        if let tensor = editor.infos[id]?.constant { result.constants[id] = tensor }
      }
    }
    return (result, editor.infos)
  }

  /// The graph that is lowered, with everything known of its values.
  package static func rewrite(
    _ graph: Graph, _ infos: [ValueID: ValueInfo], _ inputs: [ValueID: ValueInfo], _ options: Options
  ) throws(GraphError) -> (Graph, [ValueID: ValueInfo]) {
    var editor = GraphEditor(graph, infos: infos)
    FoldConstants.apply(&editor)
    if options.optimizes {
      RemoveIdentities.apply(&editor)
      FoldPadding.apply(&editor)
      FoldBatchNormalization.apply(&editor)
      FoldChannelArithmetic.apply(&editor)
      ScaleWeights.apply(&editor)
      FuseResidual.apply(&editor)
      FuseActivation.apply(&editor)
    }
    let result = try editor.finish()
    return (result, editor.infos)
  }

  private static func lower(
    _ graph: Graph, _ infos: [ValueID: ValueInfo], _ options: Options, _ statistics: GraphStatistics
  ) throws(GraphError) -> Result {
    var lowering = try Lowering(graph: graph, infos: infos, isa: options.isa, algorithms: options.algorithms)
    var inputs: [(name: String, view: LoweredView)] = []
    for id in graph.inputs where infos[id]?.constant == nil {
      do throws(OperatorError) {
        try lowering.addInput(id, order: infos[id]?.rank == 4 ? .channelsLast : .rowMajor)
      } catch {
        throw .input(name: graph.name(of: id), reason: "cannot be laid out: \(error)")
      }
      if let view = lowering.view(of: id) { inputs.append((graph.name(of: id), view)) }
    }
    try ConcatenationPlacement.place(graph, infos, &lowering)
    for node in graph.nodes {
      let op = try OperatorRegistry.standard.make(node, in: graph)
      lowering.begin(node)
      do throws(OperatorError) {
        try op.lower(node, into: &lowering)
      } catch {
        throw error.at(node, in: graph)
      }
    }
    var outputs: [(name: String, view: LoweredView)] = []
    for id in graph.outputs {
      do throws(OperatorError) {
        outputs.append((graph.name(of: id), try lowering.addOutput(id)))
      } catch {
        throw .malformed(reason: "nothing produces the output '\(graph.name(of: id))'")
      }
    }
    lowering.removeUnreadSteps()
    var metadata = graph.metadata
    metadata["output_kind"] = graph.outputs.first.map { OutputKind.of($0, in: graph).rawValue }
    var writer = PlanWriter(
      lowering: lowering, inputs: inputs, outputs: outputs, metadata: metadata, statistics: statistics)
    return Result(
      bytes: try writer.write(), statistics: statistics, convolutionSites: lowering.convolutionSites)
  }
}
