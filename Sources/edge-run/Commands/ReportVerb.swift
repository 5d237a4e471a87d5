import ArgumentParser
import Campaign

/// `report`: a campaign's page again.
struct ReportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes the page of a pruning campaign again.",
    discussion: """
      The page is one HTML file that needs no network: accuracy against latency, rounds, layers, and the job.

      Example:
        edge-run report pruned/
      """)

  @Argument(help: "The folder of `prune`.") var folder: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.check()
      let folder = CampaignFolder(folder)
      let pages = CampaignPages(folder: folder)
      try pages.write(pages.summary())
      let file = folder.file("report.html")
      if common.json { try JSONOutput.write(Line(file: file)) } else { Terminal.out(file) }
    }
  }

  private struct Line: Encodable {
    let file: String
  }
}
