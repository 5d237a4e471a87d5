import AAPPolicy
import FoundationEssentials

/// A campaign's result for programs, `front.json`.
package struct FrontFile: Sendable, Equatable, Codable {
  /// A network with its figures; nil (`null` in the file) for what was not measured.
  package struct Network: Sendable, Equatable, Codable {
    package let name: String
    /// Relative to the file's folder.
    package let model: String?
    package let plan: String?
    package let latencyMilliseconds: Double?
    package let parameters: Int?
    package let multiplyAccumulates: Int?
    /// Weights and arena.
    package let memoryBytes: Int?
    /// Fractions of 1.
    package let validationTop1: Double?
    package let testTop1: Double?

    private enum CodingKeys: String, CodingKey {
      case name, model, plan, parameters
      case latencyMilliseconds = "latency_ms_p50"
      case multiplyAccumulates = "macs"
      case memoryBytes = "memory_bytes"
      case validationTop1 = "validation_top1"
      case testTop1 = "test_top1"
    }

    init(_ network: NetworkRecord) {
      func count(_ quantity: Quantity) -> Int? { network.figure(quantity).flatMap { Int(exactly: $0.value.rounded()) } }
      name = network.name
      model = network.model
      plan = network.plan
      latencyMilliseconds = network.figure(.latency)?.value
      parameters = count(.parameters)
      multiplyAccumulates = count(.multiplyAccumulates)
      memoryBytes = count(.planBytes)
      validationTop1 = network.validation
      testTop1 = network.testTop1.flatMap { $0.isDrawable ? $0 : nil }
    }

    /// Every key is written, so that programs need not ask which there are.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(model, forKey: .model)
      try container.encode(plan, forKey: .plan)
      try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
      try container.encode(parameters, forKey: .parameters)
      try container.encode(multiplyAccumulates, forKey: .multiplyAccumulates)
      try container.encode(memoryBytes, forKey: .memoryBytes)
      try container.encode(validationTop1, forKey: .validationTop1)
      try container.encode(testTop1, forKey: .testTop1)
    }
  }

  package let objective: Quantity
  /// The most that quantities may be, in the units of `Quantity`.
  package let bounds: [Quantity: Double]
  package let baseline: Network
  /// Nil while no network keeps every bound.
  package let best: Network?
  package let front: [Network]

  package init(_ summary: CampaignSummary) {
    objective = summary.objective
    bounds = summary.bounds.limits.filter { $0.value.isFinite }
    baseline = Network(summary.baseline)
    best = summary.best.map(Network.init)
    front = summary.front.map(Network.init)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(objective, forKey: .objective)
    try container.encode(bounds, forKey: .bounds)
    try container.encode(baseline, forKey: .baseline)
    try container.encode(best, forKey: .best)
    try container.encode(front, forKey: .front)
  }

  /// The file's content: JSON for people too, keys sorted so that equal results are equal text.
  ///
  /// - Throws: What `JSONEncoder` throws; all numbers in here are such that JSON has them.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
