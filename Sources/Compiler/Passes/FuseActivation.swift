import Graph
import Operators
import Runtime

/// Lets the node that computes x apply the activation f as well, where f(x) is the only use of x: `Conv`, `Gemm` and
/// `Add` have an epilogue for it.
enum FuseActivation {
  static func apply(_ editor: inout GraphEditor) {
    for position in editor.positions where editor.isAlive(position) {
      let node = editor[position]
      guard let output = node.output(0) else { continue }
      if let x = gate(node, editor), fuse(.swish, 1, 0, x.value, x.nodes + [position], output, &editor) { continue }
      if let x = hardGate(node, editor), fuse(.hardSwish, 0, 0, x.value, x.nodes + [position], output, &editor) {
        continue
      }
      guard let input = node.input(0), let (function, alpha, beta) = activation(node, editor) else { continue }
      _ = fuse(function, alpha, beta, input, [position], output, &editor)
    }
  }

  /// The function of an activation node whose parameters are known.
  private static func activation(_ node: Node, _ editor: GraphEditor) -> (UnaryFunction, Float, Float)? {
    if node.op == "Clip" {
      guard let lower = bound(node, 1, -.infinity, editor), let upper = bound(node, 2, .infinity, editor) else {
        return nil
      }
      return (.clip, lower, upper)
    }
    let fusible = [
      "Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Elu", "Selu", "Celu", "Tanh", "Softplus",
      "Softsign", "Gelu", "Mish", "Swish",
    ]
    guard fusible.contains(node.op), let input = node.input(0),
      let op = try? OperatorRegistry.standard.make(node, in: editor.graph) as? any UnaryOperator,
      editor.infos[input]?.type == .float32
    else { return nil }
    let instruction = op.instruction
    return (instruction.function, instruction.alpha, instruction.beta)
  }

  private static func bound(_ node: Node, _ position: Int, _ fallback: Float, _ editor: GraphEditor) -> Float? {
    guard node.input(position) != nil else { return fallback }
    guard let tensor = editor.constant(node, position), tensor.type == .float32, tensor.elementCount == 1 else {
      return nil
    }
    return tensor.elements(as: Float.self)[0]
  }

  /// x of `x * Sigmoid(x)`, and the node of the sigmoid.
  private static func gate(_ node: Node, _ editor: GraphEditor) -> (value: ValueID, nodes: [Int])? {
    gated(node, editor) { $0.op == "Sigmoid" }
  }

  /// x of `x * HardSigmoid(x)` with slope 1/6 and offset 1/2, and the node of the hard sigmoid.
  private static func hardGate(_ node: Node, _ editor: GraphEditor) -> (value: ValueID, nodes: [Int])? {
    gated(node, editor) { gate in
      guard gate.op == "HardSigmoid", case .float(let alpha) = gate.attributes["alpha"] ?? .float(0.2),
        case .float(let beta) = gate.attributes["beta"] ?? .float(0.5)
      else { return false }
      return abs(alpha - 1 / 6) < 1e-6 && beta == 0.5
    }
  }

  private static func gated(
    _ node: Node, _ editor: GraphEditor, _ isGate: (Node) -> Bool
  ) -> (value: ValueID, nodes: [Int])? {
    guard node.op == "Mul", node.inputs.count == 2 else { return nil }
    for (x, g) in [(0, 1), (1, 0)] {
      guard let value = node.input(x), let gate = editor.producer(of: node.input(g)), isGate(editor[gate]),
        editor[gate].input(0) == value, editor.onlyUser(of: node.input(g)) != nil
      else { continue }
      return (value, [gate])
    }
    return nil
  }

  /// Merges `nodes`, which together compute the activation of `input`, into input's producer.
  private static func fuse(
    _ function: UnaryFunction, _ alpha: Float, _ beta: Float, _ input: ValueID, _ nodes: [Int], _ output: ValueID,
    _ editor: inout GraphEditor
  ) -> Bool {
    guard let source = editor.producer(of: input), !editor.isOutput(input),
      editor.users(of: input).isSubset(of: nodes), ["Conv", "Gemm", "Add"].contains(editor[source].op),
      editor[source].attributes["edge.activation"] == nil, editor.infos[input]?.type == .float32
    else { return false }
    var node = editor[source]
    guard node.op != "Add" || node.inputs.count == 2 else { return false }
    node.attributes["edge.activation"] = .int(Int(function.rawValue))
    node.attributes["edge.activation_alpha"] = .float(alpha)
    node.attributes["edge.activation_beta"] = .float(beta)
    node.outputs = [output]
    for position in nodes { editor.remove(position) }
    editor.replace(source, with: node)
    return true
  }
}
