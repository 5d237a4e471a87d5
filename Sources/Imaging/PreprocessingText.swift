/// `Preprocessing` as text: lines `key = value`, `#` begins a comment, keys in any order, each at most once; those left
/// out keep the values of `Preprocessing.init`.
///
///     resize = short-side 256        # or: exact 224x224, none
///     interpolation = bilinear       # or: bicubic, nearest
///     crop = 224x224                 # or: 224, none
///     rounding = torchvision         # or: nearest
///     channels = rgb                 # or: bgr
///     divide-by = 255
///     mean = 0.485 0.456 0.406       # in the order of channels
///     std = 0.229 0.224 0.225
///     background = 255 255 255       # red, green, blue under transparent pixels
extension Preprocessing {
  /// Longest text that is read, in bytes.
  private static let maximumLength = 65_536

  /// Longest side that can be asked for.
  private static let maximumSide = 16_384

  private enum Key: String, CaseIterable {
    case resize, interpolation, crop, rounding, channels
    case divisor = "divide-by"
    case mean
    case standardDeviation = "std"
    case background
  }

  /// The description in its text form. `Preprocessing(text:)` reads it back.
  package var text: String {
    var lines: [String] = []
    for key in Key.allCases { lines.append("\(key.rawValue) = \(value(of: key))\n") }
    return lines.joined()
  }

  /// Reads the text form.
  ///
  /// Throws `invalidPreprocessing` with the line and key that is wrong, and what would be right.
  package init(text: String) throws(ImageError) {
    guard text.utf8.count <= Self.maximumLength else {
      throw .invalidPreprocessing(line: 0, reason: "the text is longer than \(Self.maximumLength) bytes")
    }
    self.init()
    var seen: [Key] = []
    var number = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let content = Self.trimmed(line.prefix { $0 != UInt8(ascii: "#") })
      if content.isEmpty { continue }
      guard let equals = content.firstIndex(of: UInt8(ascii: "=")) else {
        throw .invalidPreprocessing(line: number, reason: "expected 'key = value', found '\(Substring(content))'")
      }
      let name = String(Substring(Self.trimmed(content[..<equals])))
      guard let key = Key(rawValue: name) else {
        throw .invalidPreprocessing(
          line: number,
          reason: "unknown key '\(name)'" + Self.suggestion(for: name, among: Key.allCases.map { $0.rawValue }))
      }
      guard !seen.contains(key) else {
        throw .invalidPreprocessing(line: number, reason: "key '\(name)' was given before")
      }
      seen.append(key)
      let value = Substring(Self.trimmed(content[content.index(after: equals)...]))
      if let expected = set(key, value) {
        throw .invalidPreprocessing(line: number, reason: "key '\(name)': \(expected), found '\(value)'")
      }
    }
    if seen.isEmpty {
      throw .invalidPreprocessing(
        line: 0, reason: "no 'key = value' line; keys are " + Self.list(Key.allCases.map { $0.rawValue }))
    }
  }

  private func value(of key: Key) -> String {
    switch key {
    case .resize:
      switch resize {
      case .none: "none"
      case .shortSide(let side): "short-side \(side)"
      case .exact(let size): "exact \(size.width)x\(size.height)"
      }
    case .interpolation: interpolation.rawValue
    case .crop: crop.map { "\($0.width)x\($0.height)" } ?? "none"
    case .rounding: rounding.rawValue
    case .channels: channels.rawValue
    case .divisor: "\(divisor)"
    case .mean: "\(mean.x) \(mean.y) \(mean.z)"
    case .standardDeviation: "\(standardDeviation.x) \(standardDeviation.y) \(standardDeviation.z)"
    case .background: "\(background.red) \(background.green) \(background.blue)"
    }
  }

  /// Sets one key; returns what was expected where the value is wrong.
  private mutating func set(_ key: Key, _ value: Substring) -> String? {
    switch key {
    case .resize:
      guard let rule = Self.resizeRule(value) else {
        return "expected none, 'short-side N' or 'exact WxH' with 1 to \(Self.maximumSide) pixels"
      }
      resize = rule
    case .interpolation:
      guard let found = Interpolation(rawValue: String(value)) else {
        return "expected " + Self.list(Interpolation.allCases.map { $0.rawValue })
      }
      interpolation = found
    case .crop:
      if value == "none" {
        crop = nil
      } else {
        guard let size = Self.size(value) else { return "expected none, N or WxH with 1 to \(Self.maximumSide) pixels" }
        crop = size
      }
    case .rounding:
      guard let found = FrameRounding(rawValue: String(value)) else {
        return "expected " + Self.list(FrameRounding.allCases.map { $0.rawValue })
      }
      rounding = found
    case .channels:
      guard let found = ChannelOrder(rawValue: String(value)) else {
        return "expected " + Self.list(ChannelOrder.allCases.map { $0.rawValue })
      }
      channels = found
    case .divisor:
      guard let number = Self.number(value), number > 0 else { return "expected a number above 0" }
      divisor = number
    case .mean:
      guard let numbers = Self.triple(value) else { return "expected three numbers" }
      mean = numbers
    case .standardDeviation:
      guard let numbers = Self.triple(value), numbers.x > 0, numbers.y > 0, numbers.z > 0 else {
        return "expected three numbers above 0"
      }
      standardDeviation = numbers
    case .background:
      guard
        let numbers = Self.triple(value), let red = UInt8(exactly: numbers.x), let green = UInt8(exactly: numbers.y),
        let blue = UInt8(exactly: numbers.z)
      else { return "expected three whole numbers from 0 to 255" }
      background = RGBColor(red: red, green: green, blue: blue)
    }
    return nil
  }

  private static func resizeRule(_ value: Substring) -> ResizeRule? {
    let words = value.utf8.split { isBlank($0) }.map { Substring($0) }
    switch (words.first, words.count) {
    case ("none", 1): return ResizeRule.none
    case ("short-side", 2): return side(words[1]).map { .shortSide($0) }
    case ("exact", 2): return size(words[1]).map { .exact($0) }
    default: return nil
    }
  }

  private static func size(_ value: Substring) -> PixelSize? {
    let sides = value.utf8.split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
    guard let first = sides.first, let width = side(Substring(first)) else { return nil }
    switch sides.count {
    case 1: return PixelSize(square: width)
    case 2: return side(Substring(sides[1])).map { PixelSize(width: width, height: $0) }
    default: return nil
    }
  }

  private static func side(_ value: Substring) -> Int? {
    DecimalNumber.integer(value).flatMap { (1...maximumSide).contains($0) ? $0 : nil }
  }

  private static func number(_ value: Substring) -> Float? {
    DecimalNumber.parse(value).map { Float($0) }
  }

  private static func triple(_ value: Substring) -> SIMD3<Float>? {
    let numbers = value.utf8.split { isBlank($0) || $0 == UInt8(ascii: ",") }.map { number(Substring($0)) }
    guard numbers.count == 3, let x = numbers[0], let y = numbers[1], let z = numbers[2] else { return nil }
    return SIMD3(x, y, z)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  private static func suggestion(for name: String, among names: [String]) -> String {
    if let match = ClosestName.match(for: name, among: names) { return "; did you mean '\(match)'?" }
    return "; keys are " + list(names)
  }

  private static func list(_ names: [String]) -> String {
    var text = ""
    for (index, name) in names.enumerated() {
      if index > 0 { text += index == names.count - 1 ? " or " : ", " }
      text += name
    }
    return text
  }
}
