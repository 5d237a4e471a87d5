import Graph
import Runtime

/// `min(max(x, lower), upper)`; where lower is above upper, everything becomes upper.
package struct Clip: Operator {
  package static let name = "Clip"
  package static let channelFlow = ChannelFlow.elementwise

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  /// One element; not-a-number stays.
  static func clamp<T: Comparable>(_ x: T, _ lower: T, _ upper: T) -> T {
    let raised = x < lower ? lower : x
    return raised > upper ? upper : raised
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    guard x.type != .bool else { throw .invalid("the input is bool: numbers are needed") }
    for position in 1...2 {
      guard let bound = operands.optional(position) else { continue }
      guard bound.type == x.type, bound.shape.reduce(1, *) == 1 else {
        throw .invalid(
          "operand \(position) is \(bound.type.name) \(Shape.text(bound.shape)): a scalar \(x.type.name) is needed")
      }
    }
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    if x.type.isFloatingPoint {
      let lower = operands.optional(1)?.doubles.first ?? -.infinity
      let upper = operands.optional(2)?.doubles.first ?? .infinity
      return [Tensor(type: x.type, shape: x.shape, doubles: x.doubles.map { Clip.clamp($0, lower, upper) })]
    }
    // uint64 comes as its bit pattern: with the top bit flipped, signed comparison orders it.
    let flip = x.type == .uint64 ? Int.min : 0
    let lower = operands.optional(1)?.integers.first.map { $0 ^ flip } ?? .min
    let upper = operands.optional(2)?.integers.first.map { $0 ^ flip } ?? .max
    return [
      Tensor(type: x.type, shape: x.shape, integers: x.integers.map { Clip.clamp($0 ^ flip, lower, upper) ^ flip })
    ]
  }

  /// The bounds, where they are known at compile time and exact in float32.
  package static func bounds(_ operands: [ValueInfo?]) -> (lower: Float, upper: Float)? {
    guard let x = operands.optional(0), x.type == .float32 || x.type == .float16 else { return nil }
    var bounds: [Float] = [-.infinity, .infinity]
    for position in 1...2 {
      guard let operand = operands.optional(position) else { continue }
      guard let value = operand.constant?.doubles.first else { return nil }
      bounds[position - 1] = Float(value)
    }
    return (bounds[0], bounds[1])
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    var infos: [ValueInfo?] = []
    for input in node.inputs { infos.append(try input.map { (id) throws(OperatorError) in try plan.info(id) }) }
    if let (lower, upper) = Clip.bounds(infos) {
      plan.emit(
        UnaryInstruction(
          function: UnaryFunction.clip.rawValue, input: plan.id(x), output: plan.id(y), alpha: lower, beta: upper),
        reads: [x], writes: [y])
      return
    }
    var source = x
    for (position, function) in [(1, BinaryFunction.maximum), (2, .minimum)] {
      guard let operand = try plan.optionalOperand(node, position) else { continue }
      guard let bound = operand.reshaped(to: [])?.broadcast(to: x.shape) else { continue }
      plan.emit(
        BinaryInstruction(function: function.rawValue, a: plan.id(source), b: plan.id(bound), output: plan.id(y)),
        reads: [source, bound], writes: [y])
      source = y
    }
    if source == x { plan.copy(x, to: y) }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    guard !node.isWanted(1), !node.isWanted(2) else { throw .unsupported("a derivative by its bounds") }
    let x = try node.requiredOperand(0)
    var bounds: [String: Attribute] = [:]
    for (position, name) in [(1, "lower"), (2, "upper")] {
      guard let bound = node.operand(position) else { continue }
      guard let value = try node.info(bound).constant?.doubles.first else {
        // Bounds that are computed: what was not clamped is what has not changed.
        let kept = try node.emit("Equal", [x, node.result(0)])
        return node.set(0, try node.emit("Where", [kept, dy, node.scalar(0, like: dy)]))
      }
      bounds[name] = .float(Float(value))
    }
    node.set(0, try node.emit(ClipGradient.name, [dy, x], bounds))
  }
}
