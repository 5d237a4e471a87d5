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

  /// Writes a file, with the folders above it, and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  @discardableResult
  package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

  package func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }
}
