import CPlatform

/// Progress on standard error: a bar with rate and time left on a terminal, a line every ten seconds elsewhere.
package struct ProgressBar {
  private let title: String
  private let total: Int
  private let unit: String
  private let isQuiet: Bool
  /// When the first update came and how many were done: work that goes on from a checkpoint has not done those now.
  private var start: (time: UInt64, done: Int)?
  private var lastDrawn: UInt64 = 0

  init(_ title: String, total: Int, unit: String, quiet: Bool) {
    self.title = title
    self.total = total
    self.unit = unit
    isQuiet = quiet
  }

  /// Tells how many are done; `note` takes the place of the rate.
  mutating func update(_ done: Int, note: @autoclosure () -> String? = nil) {
    guard !isQuiet else { return }
    let now = ep_now_ns()
    let start = start ?? (now, done)
    self.start = start
    let interval: UInt64 = Terminal.isInteractive ? 100_000_000 : 10_000_000_000
    guard now - max(lastDrawn, start.time) >= interval else { return }
    lastDrawn = now
    let rate = Double(done - start.done) / (Double(now - start.time) / 1e9)
    let left = rate > 0 ? Double(max(total - done, 0)) / rate : 0
    let speed = note() ?? "\(Format.number(rate, decimals: 1)) \(unit)/s"
    let figures = "\(done)/\(total)  \(speed)  \(Format.duration(left)) left"
    guard Terminal.isInteractive else {
      Terminal.error("\(title): \(figures)")
      return
    }
    let width = max(0, min(40, Terminal.columns - title.count - figures.count - 6))
    Terminal.draw("\r\(title) [\(ProgressBar.bar(done, of: total, width: width))] \(figures)\u{1B}[K")
  }

  /// The bar itself; full where more is done than there should be.
  package static func bar(_ done: Int, of total: Int, width: Int) -> String {
    let filled = total > 0 ? width * min(max(done, 0), total) / total : width
    return String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
  }

  /// Takes the bar away.
  mutating func finish() {
    if !isQuiet && Terminal.isInteractive && lastDrawn > 0 { Terminal.draw("\r\u{1B}[K") }
  }
}
