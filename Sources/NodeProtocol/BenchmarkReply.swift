/// One plan's latency (`benchmarked`).
package struct BenchmarkReply: Equatable, Sendable {
  /// The fields of CLI.md's `bench`, an object.
  package let json: String
  /// A line under `BenchmarkResult.tableHeading`.
  package let tableRow: String
  /// Largest resident set of the board's program so far.
  package let peakResidentBytes: UInt64

  package init(json: String, tableRow: String, peakResidentBytes: UInt64) {
    self.json = json
    self.tableRow = tableRow
    self.peakResidentBytes = peakResidentBytes
  }

  package init(payload: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(payload)
    peakResidentBytes = try reader.uint64()
    json = try reader.text()
    tableRow = try reader.text()
    try reader.end()
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(peakResidentBytes)
    writer.add(json)
    writer.add(tableRow)
    return writer.bytes
  }
}
