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
  @Flag(help: "Print results as JSON on standard output.") var json = false

  func run() throws {
    try reporting {
      let folder = CampaignFolder(folder)
      let pages = CampaignPages(folder: folder)
      try pages.write(pages.summary())
      let file = folder.file("report.html")
      if json { try JSONOutput.write(Line(file: file)) } else { Terminal.out(file) }
    }
  }

  private struct Line: Encodable {
    let file: String
  }
}
