import Graph
import Runtime

/// An operator that changes state: the first results are the new values of as many operands.
///
/// State is an input of the graph whose memory a plan changes in place: nodes that use the old value must stand before
/// the update. Operands that are no inputs are copied first.
package protocol UpdateOperator: Operator {
  /// Positions of the operands that change, in the order of the results.
  static var state: [Int] { get }
  /// Positions and names of the operands of one number.
  static var numbers: [(position: Int, role: String)] { get }
  /// Number of operands.
  static var operandCount: Int { get }
}

extension UpdateOperator {
  package static var numbers: [(position: Int, role: String)] { [] }

  /// All operands but the numbers have the first one's type and shape.
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let parameter = try operands.required(0, "operand 0", types: [.float32, .float64])
    for position in 1..<Self.operandCount {
      guard let role = Self.numbers.first(where: { $0.position == position })?.role else {
        try operands.require(position, "operand \(position)", like: parameter)
        continue
      }
      let number = try operands.required(position, role, types: [parameter.type])
      guard number.shape.reduce(1, *) == 1 else {
        throw .invalid("\(role) is \(Shape.text(number.shape)): one number is needed")
      }
    }
    return Self.state.map { _ in ValueInfo(type: parameter.type, shape: parameter.shape) }
  }
}

extension Lowering {
  /// The operands that an update changes, in memory that it may change; the results are bound to it.
  mutating func state<O: UpdateOperator>(of node: Node, _ type: O.Type) throws(OperatorError) -> [LoweredView] {
    var views: [LoweredView] = []
    for (result, position) in type.state.enumerated() {
      var view = try operand(node, position)
      guard view.type == .float32 else { throw .unsupported("\(view.type.name) in a compiled plan") }
      let isState = node.input(position).map(graph.inputs.contains) ?? false
      if !isState || buffers[view.buffer.index].constant != nil {
        let copied = try temporary(type: view.type, shape: view.shape, order: .like(view))
        copy(view, to: copied)
        view = copied
      }
      bind(node, result, to: view)
      views.append(view)
    }
    return views
  }
}
