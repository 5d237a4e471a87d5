/// Reads decimal numbers without the C library, whose answers depend on the locale and which Embedded Swift's standard
/// library does not bring along.
enum DecimalNumber {
  /// Parses `[+-]digits[.digits][e[+-]digits]` with at most 15 significant digits and a power of ten within +-22: there
  /// the result is the nearest `Double` by one exact multiplication or division. `nil` for anything else.
  static func parse(_ text: Substring) -> Double? {
    var bytes = text.utf8[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    var mantissa = 0
    var digits = 0
    var exponent = 0
    var sawPoint = false
    var sawDigit = false
    while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if byte == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
        continue
      }
      guard let digit = Self.digit(byte) else { return nil }
      sawDigit = true
      if mantissa > 0 || digit > 0 { digits += 1 }
      guard digits <= 15, exponent > -1000 else { return nil }
      mantissa = mantissa * 10 + digit
      if sawPoint { exponent -= 1 }
    }
    guard sawDigit else { return nil }
    if !bytes.isEmpty {
      guard let shift = integer(Substring(bytes.dropFirst())) else { return nil }
      exponent += shift
    }
    guard (-22...22).contains(exponent) else { return mantissa == 0 ? 0 : nil }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    return isNegative ? -magnitude : magnitude
  }

  /// Parses `[+-]digits` of at most 9 digits.
  static func integer(_ text: Substring) -> Int? {
    var bytes = text.utf8[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    guard (1...9).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard let digit = Self.digit(byte) else { return nil }
      value = value * 10 + digit
    }
    return isNegative ? -value : value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
