import Runtime

extension FusedActivation {
  /// The activation's value in double precision.
  package func value(_ x: Double) -> Double {
    UnaryFunction(rawValue: function)?.value(x, alpha: alpha, beta: beta) ?? x
  }

  /// Refuses a fused activation: derivatives are taken of the graph as it was before the compiler's passes.
  func requireNone() throws(OperatorError) {
    guard self == .identity else { throw .unsupported("a derivative through a fused activation") }
  }
}

extension NodeAttributes {
  /// The activation that a pass has fused into the node: `edge.activation` (raw value of a `UnaryFunction`) with
  /// `edge.activation_alpha` and `edge.activation_beta`; the identity where there is none.
  package func fusedActivation() throws(OperatorError) -> FusedActivation {
    guard let raw = try optionalInt("edge.activation") else { return .identity }
    guard let small = Int32(exactly: raw), let function = UnaryFunction(rawValue: small) else {
      throw .invalid("attribute 'edge.activation' is \(raw), which is no activation")
    }
    return FusedActivation(
      function, alpha: try float("edge.activation_alpha", default: 0),
      beta: try float("edge.activation_beta", default: 0))
  }
}
