import Foundation

/// The data that others made, which lies beside the checkout.
enum Shared {
  /// Its folder, if it is there.
  static let folder: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let places: [String?] = [
      ProcessInfo.processInfo.environment["EDGE_RUN_SHARED"], root.appendingPathComponent("../shared").path,
    ]
    return places.compactMap(\.self).first { FileManager.default.fileExists(atPath: $0) }
  }()

  /// A file or folder in it, if it is there.
  static func path(_ name: String) -> String? {
    guard let folder, FileManager.default.fileExists(atPath: folder + "/" + name) else { return nil }
    return folder + "/" + name
  }
}
