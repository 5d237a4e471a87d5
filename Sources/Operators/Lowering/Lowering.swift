import CKernels
import Graph
import Runtime

/// In what order of memory a new tensor is laid out.
package enum MemoryOrder: Sendable, Equatable {
  case rowMajor
  /// `[N, C, spatial...]` with channels innermost (NHWC); row-major below rank 3.
  case channelsLast
  /// The order of the axes of another view of the same rank, by its strides.
  case like(LoweredView)
}

/// A plan in the making: operators lower their nodes into it, one after the other, in the graph's order.
///
/// Values become strided views of buffers; buffers get their place in the arena when all is emitted (module Compiler).
package struct Lowering {
  /// A piece of arena or weights.
  package struct Buffer: Sendable {
    /// Bytes of an arena buffer; constants carry theirs.
    package var byteCount: Int
    /// The bytes of a constant; nil in the arena.
    package var constant: [UInt8]?
    /// Alive from the first instruction (graph inputs) or to the last one (graph outputs).
    package var isInput = false
    package var isOutput = false
  }

  /// One emitted instruction.
  package struct Step: Sendable {
    package var opcode: Opcode
    package var payload: [UInt8]
    package var reads: [BufferID]
    package var writes: [BufferID]
    /// The node that it belongs to, for profiles.
    package var node: String
  }

  package let graph: Graph
  package let infos: [ValueID: ValueInfo]
  package let isa: ek_isa
  /// Tile widths that weights are packed for.
  package let panelColumns: Int
  package let depthwiseColumns: Int
  /// Tiles that a vector holds side by side; 0 where the instruction set has no kernels for images in tiles.
  let tileLanes: Int
  /// Numbers among the constants that nodes use: whether the network's weights fit a cache.
  let constantCount: Int
  package let algorithms: AlgorithmChoice

  /// Convolutions that had a choice of algorithms.
  package private(set) var convolutionSites: [ConvolutionSite] = []
  package private(set) var buffers: [Buffer] = []
  package private(set) var steps: [Step] = []
  package private(set) var views: [LoweredView] = []
  private var viewIDs: [LoweredView.Key: TensorID] = [:]
  private var bound: [ValueID: LoweredView] = [:]
  /// Values that lie in tiles, most of them nowhere else.
  var tiled: [ValueID: TiledImage] = [:]
  /// Values that are every other line and pixel of an image in tiles, from the first on.
  var tiledHalves: [ValueID: TiledImage] = [:]
  /// Values that are others with channels of zeros around: instructions that can add these themselves read the others.
  var paddedChannels: [ValueID: PaddedChannels] = [:]
  /// Positions of the nodes that use a value.
  let consumers: [ValueID: [Int]]
  private var placements: [ValueID: LoweredView] = [:]
  private var currentNode = ""

  /// Starts a plan for an instruction set. `infos` has every value of the graph. Throws for an unknown set.
  package init(
    graph: Graph, infos: [ValueID: ValueInfo], isa: ek_isa, algorithms: AlgorithmChoice = .estimated
  ) throws(GraphError) {
    self.graph = graph
    self.infos = infos
    self.isa = isa
    self.algorithms = algorithms
    var (rows, columns, channels) = (0, 0, 0)
    guard ek_tile_for(isa, &rows, &columns, &channels) else {
      throw .malformed(reason: "unknown instruction set \(isa.rawValue)")
    }
    panelColumns = columns
    depthwiseColumns = channels
    tileLanes = InstructionSet(rawValue: isa.rawValue)?.tileLanes ?? 0
    let consumers = graph.consumers()
    self.consumers = consumers
    constantCount = graph.constants.reduce(0) { $0 + (consumers[$1.key] == nil ? 0 : $1.value.elementCount) }
  }

  /// Notes what a convolution of the current node took.
  mutating func note(_ algorithm: ConvolutionAlgorithm, layer: String) {
    convolutionSites.append(ConvolutionSite(node: currentNode, layer: layer, algorithm: algorithm))
  }

  /// Type, shape and, where known, elements of a value.
  package func info(_ value: ValueID) throws(OperatorError) -> ValueInfo {
    guard let info = infos[value] else { throw .invalid("nothing is known of '\(graph.name(of: value))'") }
    return info
  }

  /// The elements of an operand, where they are known at compile time.
  package func constant(_ node: Node, _ position: Int) throws(OperatorError) -> Tensor? {
    guard let value = node.input(position) else { return nil }
    return try info(value).constant
  }

  /// The view of an operand that must be there: where its producer put it; constants are placed on first use.
  package mutating func operand(_ node: Node, _ position: Int) throws(OperatorError) -> LoweredView {
    guard let view = try optionalOperand(node, position) else { throw .invalid("operand \(position) is missing") }
    return view
  }

  /// The view of an operand, or nil where it is left out.
  package mutating func optionalOperand(_ node: Node, _ position: Int) throws(OperatorError) -> LoweredView? {
    guard let value = node.input(position) else { return nil }
    try checkRank(value)
    if let view = try produced(value) { return view }
    guard let tensor = try info(value).constant else {
      throw .invalid("'\(graph.name(of: value))' is used before it is produced")
    }
    let view = constant(tensor)
    bound[value] = view
    return view
  }

  /// The view of a value that a node produced; brought into the order of pixels where it is in tiles only.
  private mutating func produced(_ value: ValueID) throws(OperatorError) -> LoweredView? {
    if bound[value] == nil, let image = tiled[value] {
      let view = try temporary(type: .float32, shape: try info(value).shape, order: .channelsLast)
      emitPixels(of: image, to: view)
      bound[value] = view
    }
    return bound[value]
  }

  /// Throws for a value with more axes than a plan's tensors may have.
  private func checkRank(_ value: ValueID) throws(OperatorError) {
    let rank = try info(value).rank
    guard rank <= maximumRank else {
      throw .unsupported("'\(graph.name(of: value))' has \(rank) axes (at most \(maximumRank))")
    }
  }

  /// Memory for a result; nil where nobody asks for it. The order is a wish: the result may be a slice of a
  /// concatenation, so emit instructions that respect the strides of what is returned.
  package mutating func result(
    _ node: Node, _ position: Int = 0, order: MemoryOrder
  ) throws(OperatorError) -> LoweredView? {
    guard let value = node.output(position) else { return nil }
    let info = try info(value)
    if let placed = placements[value] {
      bound[value] = placed
      return placed
    }
    let view = try temporary(type: info.type, shape: info.shape, order: order)
    bound[value] = view
    return view
  }

  /// Memory for the first result of a node, which every node has.
  package mutating func firstResult(_ node: Node, order: MemoryOrder) throws(OperatorError) -> LoweredView {
    guard let view = try result(node, 0, order: order) else { throw .invalid("the node has no result") }
    return view
  }

  /// Makes a result a view of memory that exists: no instruction, no copy.
  package mutating func bind(_ node: Node, _ position: Int = 0, to view: LoweredView) {
    if let value = node.output(position) { bound[value] = view }
  }

  /// The view that a value was bound to, if it was lowered.
  package func view(of value: ValueID) -> LoweredView? { bound[value] }

  /// Memory that only this node uses, or that a result is bound to later.
  package mutating func temporary(
    type: ElementType, shape: [Int], order: MemoryOrder = .rowMajor
  ) throws(OperatorError) -> LoweredView {
    guard Shape.elementCount(shape) != nil, shape.count <= maximumRank else {
      throw .unsupported("a tensor of \(Shape.text(shape)) elements (at most 2^31 in \(maximumRank) axes)")
    }
    // Pixels of a picture start with a vector's alignment: loads of whole vectors do not touch two cache lines each. Many
    // pictures at a time are for training, most of whose instructions are faster over numbers without gaps.
    var padded = shape
    if case .channelsLast = order, type == .float32, shape.count == 4, shape[0] == 1, shape[2] * shape[3] > 1 {
      let channels = (shape[1] + depthwiseColumns - 1) / depthwiseColumns * depthwiseColumns
      if 4 * (channels - shape[1]) <= shape[1] { padded[1] = channels }
    }
    buffers.append(Buffer(byteCount: padded.reduce(type.byteCount, *)))
    let strides = Lowering.strides(padded, order)
    return LoweredView(
      buffer: BufferID(index: buffers.count - 1), type: type, shape: shape, strides: strides, offset: 0)
  }

  /// A constant in the weights, row-major.
  package mutating func constant(_ tensor: Tensor) -> LoweredView {
    buffers.append(Buffer(byteCount: tensor.bytes.count, constant: tensor.bytes))
    return LoweredView(
      buffer: BufferID(index: buffers.count - 1), type: tensor.type, shape: tensor.shape,
      strides: Shape.rowMajorStrides(tensor.shape), offset: 0)
  }

  /// The view itself where `accept` says so, else a copy in the given order.
  package mutating func materialized(
    _ view: LoweredView, order: MemoryOrder, unless accept: (LoweredView) -> Bool
  ) throws(OperatorError) -> LoweredView {
    if accept(view) { return view }
    let copy = try temporary(type: view.type, shape: view.shape, order: order)
    emit(CopyInstruction(input: id(view), output: id(copy)), reads: [view], writes: [copy])
    return copy
  }

  /// The view in row-major order without gaps, copied if it must be.
  package mutating func contiguous(_ view: LoweredView) throws(OperatorError) -> LoweredView {
    try materialized(view, order: .rowMajor) { $0.isContiguous }
  }

  /// A view `[N, C, spatial...]` with channel stride 1, copied if it must be.
  package mutating func channelsLast(_ view: LoweredView) throws(OperatorError) -> LoweredView {
    try materialized(view, order: .channelsLast) { $0.isChannelsLast }
  }

  /// The plan's name for a view; equal views share one.
  package mutating func id(_ view: LoweredView?) -> TensorID {
    guard let view else { return .none }
    let key = LoweredView.Key(view)
    if let known = viewIDs[key] { return known }
    views.append(view)
    let id = TensorID(views.count - 1)
    viewIDs[key] = id
    return id
  }

  /// Appends an instruction. `reads` and `writes` must list every view it touches: lifetimes depend on them.
  package mutating func emit<I: PlanInstruction>(_ instruction: I, reads: [LoweredView?], writes: [LoweredView?]) {
    let payload = withUnsafeBytes(of: instruction) { Array($0) }
    steps.append(
      Step(
        opcode: I.opcode, payload: payload, reads: reads.compactMap { $0?.buffer },
        writes: writes.compactMap { $0?.buffer }, node: currentNode))
  }

  /// Copies a view into another of the same shape, converting nothing.
  package mutating func copy(_ source: LoweredView, to target: LoweredView) {
    emit(CopyInstruction(input: id(source), output: id(target)), reads: [source], writes: [target])
  }

  // MARK: - For the compiler

  /// Tells the name of the node whose instructions follow.
  package mutating func begin(_ node: Node) { currentNode = node.name }

  /// Binds a graph input to new memory.
  package mutating func addInput(_ value: ValueID, order: MemoryOrder) throws(OperatorError) {
    let info = try info(value)
    let view = try temporary(type: info.type, shape: info.shape, order: order)
    buffers[view.buffer.index].isInput = true
    bound[value] = view
  }

  /// Marks the memory of a graph output as alive to the end, and returns its view.
  package mutating func addOutput(_ value: ValueID) throws(OperatorError) -> LoweredView {
    try checkRank(value)
    if bound[value] == nil, let tensor = try info(value).constant { bound[value] = constant(tensor) }
    guard let view = try produced(value) else { throw .invalid("nothing produces '\(graph.name(of: value))'") }
    buffers[view.buffer.index].isOutput = true
    return view
  }

  /// Removes instructions whose results nobody reads. For when all is lowered, outputs too.
  package mutating func removeUnreadSteps() {
    var isRead = buffers.map { $0.isInput || $0.isOutput || $0.constant != nil }
    var kept: [Step] = []
    for step in steps.reversed() where step.writes.isEmpty || step.writes.contains(where: { isRead[$0.index] }) {
      for buffer in step.reads { isRead[buffer.index] = true }
      kept.append(step)
    }
    steps = kept.reversed()
  }

  /// Decides that a value will be written into a part of another's memory (a concatenation's slice).
  package mutating func place(_ value: ValueID, at view: LoweredView) { placements[value] = view }

  /// The memory that was decided for a value, if any.
  package func placement(of value: ValueID) -> LoweredView? { placements[value] }

  /// Strides of a new tensor.
  package static func strides(_ shape: [Int], _ order: MemoryOrder) -> [Int] {
    let axes: [Int]
    switch order {
    case .rowMajor: return Shape.rowMajorStrides(shape)
    case .channelsLast:
      if shape.count < 3 { return Shape.rowMajorStrides(shape) }
      axes = [0] + Array(2..<shape.count) + [1]
    case .like(let view):
      if view.rank != shape.count { return Shape.rowMajorStrides(shape) }
      // Axes of extent 1 and repeated ones have no place of their own in the view's memory: they go outermost.
      let keys = shape.indices.map { view.shape[$0] == 1 || view.strides[$0] == 0 ? Int.max : view.strides[$0] }
      axes = shape.indices.sorted { (keys[$1], $0) < (keys[$0], $1) }
    }
    var strides = [Int](repeating: 0, count: shape.count)
    var next = 1
    for axis in axes.reversed() {
      strides[axis] = next
      next *= max(shape[axis], 1)
    }
    return strides
  }
}

extension LoweredView {
  /// What makes two views one tensor of the plan.
  struct Key: Hashable {
    let buffer: BufferID
    let type: ElementType
    let shape: [Int]
    let strides: [Int]
    let offset: Int

    init(_ view: LoweredView) {
      (buffer, type, shape, strides, offset) = (view.buffer, view.type, view.shape, view.strides, view.offset)
    }
  }
}
