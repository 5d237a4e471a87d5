import Graph
import Runtime

/// How the updates of ScatterElements and ScatterND are combined with what they are scattered onto.
enum ScatterReduction: String {
  case none, add, mul, max, min

  init(_ node: NodeAttributes) throws(OperatorError) {
    let name = try node.string("reduction", default: "none")
    guard let reduction = Self(rawValue: name) else { throw .invalid("attribute 'reduction' is '\(name)'") }
    self = reduction
  }

  /// The data with each update combined into the element at its position, in order.
  func evaluate(_ data: Tensor, _ positions: [Int], _ updates: Tensor) -> Tensor {
    if self == .none { return data.replacing(positions, with: updates) }
    if data.type.isFloatingPoint {
      var values = data.doubles
      for (position, update) in zip(positions, updates.doubles) {
        let old = values[position]
        switch self {
        case .none: values[position] = update
        case .add: values[position] = old + update
        case .mul: values[position] = old * update
        case .max: values[position] = old > update || old.isNaN ? old : update
        case .min: values[position] = old < update || old.isNaN ? old : update
        }
      }
      return Tensor(type: data.type, shape: data.shape, doubles: values)
    }
    // For the order of uint64 the sign bit is turned around; sums and products do not see it.
    let flip = data.type == .uint64 ? Int.min : 0
    var values = data.integers
    for (position, update) in zip(positions, updates.integers) {
      let old = values[position]
      switch self {
      case .none: values[position] = update
      case .add: values[position] = old &+ update
      case .mul: values[position] = old &* update
      case .max: values[position] = old ^ flip > update ^ flip ? old : update
      case .min: values[position] = old ^ flip < update ^ flip ? old : update
      }
    }
    return Tensor(type: data.type, shape: data.shape, integers: values)
  }

  /// Lowers a node (data, indices, updates) whose positions are known at compile time.
  func lower(_ node: Node, _ positions: [Int], into plan: inout Lowering) throws(OperatorError) {
    guard self == .none else { throw .unsupported("reduction '\(rawValue)' in a compiled plan") }
    let (data, updates) = (try plan.operand(node, 0), try plan.operand(node, 2))
    let y = try plan.firstResult(node, order: .rowMajor)
    let (count, added) = (data.elementCount, updates.elementCount)
    if count == 0 { return }
    // Both one after the other in a temporary, from which a table takes each element.
    let both = try plan.temporary(type: data.type, shape: [count + added])
    let parts = [(data, 0, count), (updates, count, added)]
    for (view, start, length) in parts where length > 0 {
      guard let target = both.sliced(axis: 0, start: start, count: length).reshaped(to: view.shape) else {
        throw .invalid("\(Shape.text(view.shape)) elements do not fit")
      }
      plan.copy(view, to: target)
    }
    var sources = Array(0..<count)
    for (index, position) in positions.enumerated() { sources[position] = count + index }
    try plan.pick(both, positions: sources, to: y)
  }

  /// Sets the derivatives by data and updates of a scatter whose positions are known; products, minima and maxima are
  /// refused.
  ///
  /// - Parameters:
  ///   - gather: The operator that takes what the node's indices name.
  ///   - attributes: Those of the scatter without its reduction; `gather` has the same.
  func setGradients(
    _ node: inout NodeGradient, _ positions: [Int], gather: String, attributes: [String: Attribute]
  ) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    guard self == .none || self == .add else { throw .unsupported("a derivative of reduction '\(rawValue)'") }
    let (indices, updates) = (try node.requiredOperand(1), try node.requiredOperand(2))
    if node.isWanted(0) {
      let info = try node.info(updates)
      let zeros = node.constant(
        Tensor(type: info.type, shape: info.shape, doubles: Array(repeating: 0, count: positions.count)))
      node.set(0, self == .add ? dy : try node.emit(node.node.op, [dy, indices, zeros], attributes))
    }
    guard node.isWanted(2) else { return }
    let parts = try node.emit(gather, [dy, indices], attributes)
    // Of several updates of one element the last one counts.
    let last = Dictionary(zip(positions, positions.indices)) { $1 }
    if self == .add || last.count == positions.count { return node.set(2, parts) }
    let info = try node.info(updates)
    let counts = positions.indices.map { last[positions[$0]] == $0 ? 1.0 : 0 }
    node.set(2, try node.product(parts, node.constant(Tensor(type: info.type, shape: info.shape, doubles: counts))))
  }
}
