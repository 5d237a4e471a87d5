import Graph

/// Channels become blocks of pixels: `[N, C * b * b, H, W]` to `[N, C, H * b, W * b]`.
package struct DepthToSpace: Operator {
  package static let name = "DepthToSpace"
  package static let channelFlow = ChannelFlow.movement

  private let blocks: PixelBlocks

  package init(_ node: NodeAttributes) throws(OperatorError) { blocks = try PixelBlocks(node) }

  private func shape(_ x: [Int]) -> [Int] {
    [x[0], x[1] / (blocks.size * blocks.size), x[2] * blocks.size, x[3] * blocks.size]
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try blocks.input(operands)
    guard x.shape[1] % (blocks.size * blocks.size) == 0 else {
      throw .invalid("\(x.shape[1]) channels are no multiple of \(blocks.size) squared")
    }
    return [ValueInfo(type: x.type, shape: shape(x.shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.picking(PixelBlocks.positions(x.shape) { blocks.fromDepth($0) }, shape: shape(x.shape))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    plan.copy(blocks.fromDepth(x), to: blocks.fromSpace(y))
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.emit("SpaceToDepth", [dy], blocks.attributes))
  }
}
