/// Takes a verb's words apart: options (`--top 5`, `--top=5`), and everything else in order. `--` ends the options.
struct ArgumentReader {
  private var words: ArraySlice<String>
  private var optionsEnded = false
  /// The value that came with the last option after `=`.
  private var attached: String?

  init(_ words: [String]) { self.words = words[...] }

  enum Word {
    case option(String)
    case operand(String)
  }

  /// The next option, without its value, or operand; nil at the end.
  mutating func next() throws(NodeError) -> Word? {
    if let attached { throw .usage("unexpected value '\(attached)' of an option that takes none") }
    guard let word = words.popFirst() else { return nil }
    if optionsEnded || !word.utf8.starts(with: "-".utf8) || word == "-" { return .operand(word) }
    if word == "--" {
      optionsEnded = true
      return try next()
    }
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return .option(word) }
    attached = String(Substring(word.utf8[word.utf8.index(after: equals)...]))
    return .option(String(Substring(word.utf8[..<equals])))
  }

  /// The value of the option that `next` has just returned.
  mutating func value(of option: String) throws(NodeError) -> String {
    if let value = attached {
      attached = nil
      return value
    }
    guard let value = words.popFirst() else { throw .usage("\(option) needs a value") }
    return value
  }

  /// The value as a whole number.
  mutating func integer(of option: String, _ range: ClosedRange<Int>) throws(NodeError) -> Int {
    try Self.integer(try value(of: option), of: option, range)
  }

  static func integer(_ text: String, of option: String, _ range: ClosedRange<Int>) throws(NodeError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw .usage("\(option): '\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
