import AAPPolicy
import CPlatform
import Campaign
import Foundation
import Report

/// Shows a running campaign: a bar for what takes long, a line for every round, and the page's files, written anew
/// whenever there is more to show.
final class CampaignDisplay {
  private let folder: CampaignFolder
  private let isJSON: Bool
  private let isQuiet: Bool
  private var bar: ProgressBar?
  private var phase = ""
  private var best = ""

  init(folder: CampaignFolder, json: Bool, quiet: Bool) {
    self.folder = folder
    isJSON = json
    isQuiet = quiet
  }

  func show(_ event: CampaignEvent) {
    switch event {
    case .decoding(let done, let total):
      if bar == nil { bar = ProgressBar("decoding", total: total, unit: "pictures", quiet: isQuiet) }
      bar?.update(done)
      if done == total { endBar() }
    case .phase(let text):
      endBar()
      phase = text
      if !isQuiet { Terminal.error("prune: \(text)") }
    case .choosing(let part, let total):
      if bar == nil { bar = ProgressBar(phase, total: total, unit: "parts", quiet: isQuiet) }
      bar?.update(part, note: "parts")
    case .training(let step, let total, let loss, let epoch):
      if bar == nil { bar = ProgressBar(phase, total: total, unit: "steps", quiet: isQuiet) }
      bar?.update(step, note: "epoch \(epoch)  loss \(Format.number(loss, decimals: 3))  \(best)")
    case .baseline(let network):
      if !isQuiet { Terminal.error("prune: unpruned: \(CampaignDisplay.figures(network))") }
    case .round(let record):
      endBar()
      line(record)
    case .final(let record):
      endBar()
      if !isJSON, !isQuiet {
        Terminal.out(
          "\(record.network.name)  \(record.decision.rawValue)  \(CampaignDisplay.figures(record.network))  "
            + "\(Format.duration(record.seconds))  \(record.reason)")
      }
    case .summary(let summary):
      best = summary.best.map { "best \(CampaignDisplay.figures($0))" } ?? ""
      // The page is a convenience: what cannot be written now is written at the end, which tells.
      try? write(summary)
    case .warning(let text):
      if !isQuiet { Terminal.error("edge-run: \(text)") }
    }
  }

  /// Writes the files and prints what came of it.
  func finish(_ summary: CampaignSummary) throws {
    endBar()
    try write(summary)
    let report = folder.file("report.html")
    if isJSON {
      try JSONOutput.write(
        LastLine(best: summary.best.map(Figures.init), front: summary.front.map(Figures.init), report: report))
      return
    }
    var table = Table([
      ("", .left), ("unpruned", .right), ("pruned", .right), ("change", .right),
    ])
    if let best = summary.best {
      func row(_ title: String, _ before: Double?, _ after: Double?, _ text: (Double) -> String) {
        guard let before, let after else { return }
        let change = before > 0 ? Format.percent(after / before - 1) : ""
        table.add([title, text(before), text(after), change])
      }
      for quantity in Quantity.allCases where quantity != .accuracyLoss {
        row(quantity.title, summary.baseline.measured[quantity]?.value, best.measured[quantity]?.value) {
          FigureText.quantity($0, quantity)
        }
      }
      table.add([
        "validation accuracy", Format.percent(summary.baseline.validationTop1), Format.percent(best.validationTop1),
        Format.number(100 * (best.validationTop1 - summary.baseline.validationTop1), decimals: 2) + " points",
      ])
      if let before = summary.baseline.testTop1, let after = best.testTop1 {
        table.add([
          "test accuracy", Format.percent(before), Format.percent(after),
          Format.number(100 * (after - before), decimals: 2) + " points",
        ])
      }
      for line in table.lines { Terminal.out(line) }
      if let model = best.model { Terminal.out("network: \(folder.file(model))") }
      if let command = summary.command { Terminal.out("use it: \(command)") }
    } else {
      Terminal.out("no network was found that is smaller and within all bounds")
    }
    Terminal.out("report: \(report)")
  }

  /// Writes `summary.json`, `front.json`, `rounds.csv` and `report.html`.
  private func write(_ summary: CampaignSummary) throws {
    try CampaignPages(folder: folder).write(summary)
  }

  private func endBar() {
    bar?.finish()
    bar = nil
  }

  private func line(_ record: RoundRecord) {
    if isJSON {
      try? JSONOutput.write(RoundLine(record))
    } else if !isQuiet {
      Terminal.out(
        "round \(record.round.number)  \(record.decision.rawValue)  \(CampaignDisplay.figures(record.network))  "
          + "\(Format.duration(record.seconds))  \(record.reason)")
    }
  }

  private static func figures(_ network: NetworkRecord) -> String {
    var parts: [String] = []
    if let latency = network.measured[.latency] { parts.append("\(Format.number(latency.value, decimals: 3)) ms") }
    if let parameters = network.measured[.parameters] { parts.append("\(Int(parameters.value)) parameters") }
    parts.append(Format.percent(network.validationTop1))
    return parts.joined(separator: "  ")
  }

  /// The JSON contract's figures of a network.
  private struct Figures: Encodable {
    let name: String
    let model: String?
    let parameters: Int?
    let macs: Int?
    let latencyMsP50: Double?
    let memoryBytes: Int?
    let validationTop1: Double
    let testTop1: Double?

    init(_ network: NetworkRecord) {
      func whole(_ quantity: Quantity) -> Int? { network.measured[quantity].map { Int($0.value) } }
      name = network.name
      model = network.model
      parameters = whole(.parameters)
      macs = whole(.multiplyAccumulates)
      latencyMsP50 = network.measured[.latency]?.value
      memoryBytes = whole(.planBytes)
      validationTop1 = network.validationTop1
      testTop1 = network.testTop1
    }
  }

  /// The JSON contract's line of a round.
  private struct RoundLine: Encodable {
    let round: Int
    let decision: String
    let reason: String
    let threshold: Double
    let parameters: Int?
    let macs: Int?
    let latencyMsP50: Double?
    let memoryBytes: Int?
    let validationTop1: Double
    let seconds: Double

    init(_ record: RoundRecord) {
      let figures = Figures(record.network)
      round = record.round.number
      decision = record.decision.rawValue
      reason = record.reason
      threshold = record.round.threshold
      parameters = figures.parameters
      macs = figures.macs
      latencyMsP50 = figures.latencyMsP50
      memoryBytes = figures.memoryBytes
      validationTop1 = figures.validationTop1
      seconds = record.seconds
    }
  }

  /// The JSON contract's last line.
  private struct LastLine: Encodable {
    let best: Figures?
    let front: [Figures]
    let report: String
  }
}
