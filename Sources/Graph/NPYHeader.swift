import Runtime

/// The header of a `.npy` file: a Python dictionary with the keys descr, fortran_order and shape, and nothing else.
struct NPYHeader {
  let type: ElementType
  let shape: [Int]

  private static let codes: [(code: String, type: ElementType)] = [
    ("<f4", .float32), ("<f8", .float64), ("<f2", .float16), ("|u1", .uint8), ("|i1", .int8), ("<u2", .uint16),
    ("<i2", .int16), ("<u4", .uint32), ("<i4", .int32), ("<u8", .uint64), ("<i8", .int64), ("|b1", .bool),
  ]

  /// NumPy's name for a type.
  static func code(_ type: ElementType) -> String { codes.first { $0.type == type }?.code ?? "" }

  init(_ text: ArraySlice<UInt8>) throws(NPYError) {
    var scanner = Scanner(rest: text)
    var type: ElementType?
    var shape: [Int]?
    var isFortran: Bool?
    try scanner.expect("{")
    while !scanner.take("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where type == nil: type = try Self.type(try scanner.string())
      case "fortran_order" where isFortran == nil: isFortran = try scanner.boolean()
      case "shape" where shape == nil: shape = try scanner.tuple()
      default: throw .malformedHeader("the key '\(key)' is unknown or there twice")
      }
      if !scanner.take(",") {
        try scanner.expect("}")
        break
      }
    }
    guard scanner.isAtEnd else { throw .malformedHeader("something follows the dictionary") }
    guard let type, let shape, let isFortran else {
      throw .malformedHeader("descr, fortran_order or shape is missing")
    }
    guard !isFortran || shape.count < 2 else {
      throw .unsupported("Fortran order: save numpy.ascontiguousarray of it")
    }
    self.type = type
    self.shape = shape
  }

  private static func type(_ code: String) throws(NPYError) -> ElementType {
    guard let known = codes.first(where: { $0.code == code }) else {
      throw .unsupported("elements of type '\(code)': \(codes.map(\.code).joined(separator: ", ")) are")
    }
    return known.type
  }

  /// Reads tokens, skipping blanks between them.
  private struct Scanner {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return rest.isEmpty
      }
    }

    private mutating func skipBlanks() {
      rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 || $0 == 0x0d }
    }

    mutating func take(_ token: String) -> Bool {
      skipBlanks()
      guard rest.starts(with: token.utf8) else { return false }
      rest = rest.dropFirst(token.utf8.count)
      return true
    }

    mutating func expect(_ token: String) throws(NPYError) {
      guard take(token) else { throw .malformedHeader("'\(token)' is missing") }
    }

    mutating func string() throws(NPYError) -> String {
      skipBlanks()
      guard let quote = rest.first, quote == 0x27 || quote == 0x22,
        let end = rest.dropFirst().firstIndex(of: quote)
      else { throw .malformedHeader("a text in quotes is missing") }
      let text = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      return text
    }

    mutating func boolean() throws(NPYError) -> Bool {
      if take("True") { return true }
      try expect("False")
      return false
    }

    mutating func tuple() throws(NPYError) -> [Int] {
      var extents: [Int] = []
      try expect("(")
      while !take(")") {
        guard extents.count < 64 else { throw .malformedHeader("more than 64 axes") }
        extents.append(try integer())
        if !take(",") {
          try expect(")")
          break
        }
      }
      return extents
    }

    private mutating func integer() throws(NPYError) -> Int {
      skipBlanks()
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, let value = Int(String(decoding: digits, as: UTF8.self)) else {
        throw .malformedHeader("an extent is not a number")
      }
      rest = rest[digits.endIndex...]
      return value
    }
  }
}
