import Graph

/// Blocks of pixels become channels: `[N, C, H * b, W * b]` to `[N, C * b * b, H, W]`.
package struct SpaceToDepth: Operator {
  package static let name = "SpaceToDepth"
  package static let channelFlow = ChannelFlow.movement

  private let blocks: PixelBlocks

  package init(_ node: NodeAttributes) throws(OperatorError) { blocks = try PixelBlocks(node) }

  private func shape(_ x: [Int]) -> [Int] {
    [x[0], x[1] * blocks.size * blocks.size, x[2] / blocks.size, x[3] / blocks.size]
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try blocks.input(operands)
    guard x.shape[2] % blocks.size == 0, x.shape[3] % blocks.size == 0 else {
      throw .invalid("\(x.shape[2]) by \(x.shape[3]) pixels cannot be cut into blocks of \(blocks.size)")
    }
    let (_, overflow) = x.shape[1].multipliedReportingOverflow(by: blocks.size * blocks.size)
    guard !overflow else { throw .invalid("blocks of \(blocks.size) make too many channels") }
    return [ValueInfo(type: x.type, shape: shape(x.shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let target = shape(x.shape)
    var sources = [Int](repeating: 0, count: x.elementCount)
    let pairs = zip(
      PixelBlocks.positions(x.shape) { blocks.fromSpace($0) },
      PixelBlocks.positions(target) { blocks.fromDepth($0) })
    for (source, place) in pairs { sources[place] = source }
    return [x.picking(sources, shape: target)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    plan.copy(blocks.fromSpace(x), to: blocks.fromDepth(y))
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.emit("DepthToSpace", [dy], blocks.attributes))
  }
}
