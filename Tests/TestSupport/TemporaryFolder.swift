import Foundation

/// A folder of its own for a test, removed with it.
package final class TemporaryFolder: Sendable {
  package let root: String

  package init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("edge-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    root = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// A path in it.
  package func path(_ name: String) -> String { root + "/" + name }
}
