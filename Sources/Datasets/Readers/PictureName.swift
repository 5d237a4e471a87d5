/// Which files of a folder or archive are pictures, told by their names.
enum PictureName {
  private static let endings = [".jpg", ".jpeg", ".jpe", ".jfif", ".png"]

  /// Whether a file of this name is taken for a picture; case does not matter, hidden files are none.
  static func isPicture(_ name: String) -> Bool {
    let file = name.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
    if file.first == UInt8(ascii: ".") { return false }
    let lowered = file.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    return endings.contains { lowered.count > $0.utf8.count && lowered.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// The folder part of a slash-separated name, without empty and `.` parts.
  static func folder(of name: String) -> String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return name[..<slash].split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
