import Foundation
import Report
import Testing

/// Pages of all kinds of campaigns, which stay to be looked at where EDGE_RUN_REPORT_PAGES names a folder.
@Suite struct PageFileTests {
  @Test func everyPageIsWhole() throws {
    let folder = ProcessInfo.processInfo.environment["EDGE_RUN_REPORT_PAGES"]
    var nothing = MadeUpCampaign(rounds: 0).summary
    nothing.ended = nil
    let pages = [
      "usual": MadeUpCampaign().summary, "large": MadeUpCampaign(rounds: 100, layers: 200).summary,
      "small": MadeUpCampaign(rounds: 2, layers: 1, isMeasuredByLayer: false).summary, "nothing": nothing,
      "hostile": StrangeCampaigns.hostileTexts, "impossible": StrangeCampaigns.impossibleNumbers,
    ]
    for (name, summary) in pages {
      let html = HTMLReport(summary).html
      #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("</html>"), "\(name)")
      guard let folder else { continue }
      let file = URL(fileURLWithPath: folder).appendingPathComponent("\(name).html")
      try html.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
