import Foundation
import Runtime

/// What a device says of itself: the fields of `edge-node info --json` that matter here.
package struct DeviceInformation: Equatable, Sendable {
  /// The board's model, or its processor's.
  package let machine: String
  /// The best instruction set that it has kernels for.
  package let instructionSet: InstructionSet
  package let bigCores: Int

  private struct Fields: Decodable {
    let machine: String
    let isa: String
    let big_cores: Int
    let plan_version: Int
  }

  /// - Returns: Nil where it is no such JSON, or of a device that runs other plans than are compiled here.
  init?(json: [UInt8]) {
    guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(json)),
      let instructionSet = InstructionSet(name: fields.isa), fields.plan_version == Int(PlanHeader.currentVersion),
      fields.big_cores > 0
    else { return nil }
    machine = fields.machine
    self.instructionSet = instructionSet
    bigCores = fields.big_cores
  }
}
