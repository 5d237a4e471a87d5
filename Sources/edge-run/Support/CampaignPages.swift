import AAPPolicy
import Campaign
import Foundation
import Report

/// The files that a campaign shows itself by.
struct CampaignPages {
  let folder: CampaignFolder

  /// Writes `summary.json`, `front.json`, `rounds.csv` and `report.html`, each whole or not at all.
  func write(_ summary: CampaignSummary) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let files = [
      ("summary.json", String(decoding: try encoder.encode(summary), as: UTF8.self)),
      ("front.json", try FrontFile(summary).json()), ("rounds.csv", RoundsFile(summary).text),
      ("report.html", HTMLReport(summary).html),
    ]
    for (name, text) in files { try OutputFile.write(Array(text.utf8), to: folder.file(name), force: true) }
  }

  /// The summary that was written last.
  func summary() throws -> CampaignSummary {
    let path = folder.file("summary.json")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.missing("\(path): cannot be read: name a folder that `prune` has written")
    }
    guard data.count < 100_000_000, let summary = try? JSONDecoder().decode(CampaignSummary.self, from: data) else {
      throw Failure.data(
        "\(path): is no campaign's summary, or an older version's: `prune JOB.yaml --resume` writes it anew")
    }
    return summary
  }
}
