/// Names of pictures' files, in folders and archives.
enum PictureName {
  /// The folder part of a slash-separated name, without empty and `.` parts.
  static func folder(of name: String) -> String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return name[..<slash].split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
