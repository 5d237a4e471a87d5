import Foundation
import Report
import Testing

/// Writes pages to be looked at, where EDGE_RUN_REPORT_PAGES names a folder.
@Suite struct PageFileTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["EDGE_RUN_REPORT_PAGES"] != nil))
  func pagesToLookAt() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["EDGE_RUN_REPORT_PAGES"])
    var nothing = MadeUpCampaign(rounds: 0).summary
    nothing.ended = nil
    let pages = [
      "usual": MadeUpCampaign().summary, "large": MadeUpCampaign(rounds: 100, layers: 200).summary,
      "small": MadeUpCampaign(rounds: 2, layers: 1, isMeasuredByLayer: false).summary, "nothing": nothing,
      "hostile": StrangeCampaigns.hostileTexts, "impossible": StrangeCampaigns.impossibleNumbers,
    ]
    for (name, summary) in pages {
      let file = URL(fileURLWithPath: folder).appendingPathComponent("\(name).html")
      try HTMLReport(summary).html.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
