import Compiler
import Graph
import Operators
import Runtime

/// Which channels of a network depend on one another, for networks of any structure (DepGraph's question, Fang et al.,
/// CVPR 2023, answered by labels that flow through the graph).
///
///     let coupled = try CoupledChannels(network)
///     let smaller = try coupled.removing(Set(coupled.groups[0].channels.prefix(8).map(\.id)))
///
/// Every output channel of a convolution or product begins with a label of its own. Where elements meet (an addition, a
/// depthwise convolution), their labels merge; where they are moved, labels move; what reaches the network's outputs, or
/// an operator that sees all channels at once, must stay.
package struct CoupledChannels: Sendable {
  package let graph: Graph
  package let groups: [ChannelGroup]
  /// Labels of values, by their sets' smallest numbers.
  let labels: [ValueID: ChannelLabels]
  let infos: [ValueID: ValueInfo]

  /// - Parameter network: With one picture input; its batch is open.
  /// - Throws: `GraphError` for a network whose shapes cannot be inferred.
  /// - Complexity: O(elements of all values for one picture).
  package init(_ network: Graph) throws(GraphError) {
    graph = try FoldInitializers.apply(to: network.withOpenBatch())
    let inputs = try InputSpecification(batch: 1).resolve(graph)
    infos = try ShapeInference.infer(graph, inputs: inputs)
    var flow = LabelFlow(graph, infos)
    try flow.run()
    let (labels, groups) = flow.finish()
    self.labels = labels
    self.groups = groups
  }
}
