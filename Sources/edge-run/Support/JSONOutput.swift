import Foundation

/// Results for programs: one JSON value a line on standard output, keys sorted so that equal results are equal text.
enum JSONOutput {
  static func write<T: Encodable>(_ value: T) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // JSON has no infinities; a network may well yield them.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    Terminal.out(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
