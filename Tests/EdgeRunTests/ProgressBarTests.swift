import Testing

import edge_run

@Suite struct ProgressBarTests {
  @Test func isNeverLongerThanItsPlace() {
    #expect(ProgressBar.bar(3, of: 12, width: 8) == "==      ")
    #expect(ProgressBar.bar(12, of: 12, width: 8) == "========")
    // More than there should be, and nothing at all.
    #expect(ProgressBar.bar(500, of: 12, width: 8) == "========")
    #expect(ProgressBar.bar(-1, of: 12, width: 8) == "        ")
    #expect(ProgressBar.bar(0, of: 0, width: 8) == "========")
    #expect(ProgressBar.bar(3, of: 12, width: 0) == "")
  }
}
