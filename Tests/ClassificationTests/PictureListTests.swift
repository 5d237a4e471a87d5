import Classification
import Foundation
import Testing

@Suite struct PictureListTests {
  @Test func walksFoldersInOrder() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("edge-run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    for folder in ["/b/deep", "/empty", "/.hidden"] {
      try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
    }
    for file in [
      "/z.jpg", "/A.JPEG", "/b/deep/x.Png", "/b/y.jfif", "/b/notes.txt", "/.hidden/y.jpg", "/.a.jpg", "/jpg",
    ] {
      try Data().write(to: URL(fileURLWithPath: root + file))
    }
    let found = [root + "/A.JPEG", root + "/b/deep/x.Png", root + "/b/y.jfif", root + "/z.jpg"]
    #expect(try PictureList.expand([root]) == found)
    #expect(try PictureList.expand([root + "/"]) == found)
    // What is named outright is taken as it is.
    let named = ["-", root + "/b/notes.txt", "/nowhere/a.jpg"]
    #expect(try PictureList.expand(named + [root]) == named + found)
    #expect {
      try PictureList.expand([root + "/empty"])
    } throws: { error in
      (error as? ClassificationError)?.exitCode == 65
    }
    // Links are followed, but not round in circles.
    try FileManager.default.createSymbolicLink(atPath: root + "/c", withDestinationPath: "b/deep")
    #expect(try PictureList.expand([root]).contains(root + "/c/x.Png"))
    try FileManager.default.createSymbolicLink(atPath: root + "/b/up", withDestinationPath: "..")
    #expect {
      try PictureList.expand([root])
    } throws: { error in
      guard let error = error as? ClassificationError, case .tooDeep = error else { return false }
      return error.exitCode == 65
    }
  }
}
