import Runtime

/// What results tell of a plan. Made of a file's bytes as well, as a plan for machines of another kind cannot be loaded
/// here.
package struct PlanSummary: Equatable, Sendable {
  /// Name of the instruction set that it was compiled for.
  package let isa: String
  /// `int8` where convolutions or matrix products run on integers, else `float32`.
  package let precision: String
  package let arenaBytes: UInt64
  package let weightBytes: UInt64
  package let multiplyAccumulates: UInt64
  package let parameters: UInt64

  package init(_ plan: Plan) { self.init(plan.header, plan.instructions) }

  /// - Parameter bytes: Of a `.edge` file, for any instruction set.
  package init(bytes: [UInt8]) throws(PlanError) {
    // `withUnsafeBytes` does not pass a type of error on.
    let outcome = bytes.withUnsafeBytes { bytes in
      Result { () throws(PlanError) in
        let header = try PlanReader.header(bytes)
        return PlanSummary(header, InstructionStream(PlanReader.section(bytes, header.instructions)))
      }
    }
    self = try outcome.get()
  }

  private init(_ header: PlanHeader, _ instructions: InstructionStream) {
    isa = InstructionSet(rawValue: header.isa)?.name ?? "unknown"
    precision = PlanSummary.precision(instructions)
    arenaBytes = header.arenaBytes
    weightBytes = header.weights.bytes
    multiplyAccumulates = header.multiplyAccumulates
    parameters = header.parameters
  }

  private static func precision(_ instructions: InstructionStream) -> String {
    for element in instructions {
      switch element.opcode {
      case .integerConvolution, .integerMatrixMultiply: return "int8"
      default: continue
      }
    }
    return "float32"
  }
}
