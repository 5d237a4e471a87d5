import Classification
import Foundation
import Testing

@Suite struct ClassLabelsTests {
  private func names(_ text: String, outputs: Int, offset: Int = 0) throws(ClassificationError) -> [String] {
    try ClassLabels(text: text, source: "test", outputs: outputs, classOffset: offset).names
  }

  @Test func readsLines() throws {
    #expect(try names("cat\ndog\n", outputs: 2) == ["cat", "dog"])
    #expect(try names("cat\r\ndog, hound\r\n\r\n\n", outputs: 2) == ["cat", "dog, hound"])
    #expect(try names("\n\ncaf\u{e9}", outputs: 3) == ["", "", "caf\u{e9}"])
  }

  @Test func labelsForOutputsBeforeClassZeroMayBeThereOrNot() throws {
    #expect(try names("background\ncat\ndog", outputs: 3, offset: 1) == ["cat", "dog"])
    #expect(try names("cat\ndog", outputs: 3, offset: 1) == ["cat", "dog"])
    let labels = try ClassLabels(text: "a\nb", source: "", outputs: 2, classOffset: 0)
    #expect(labels[1] == "b")
    #expect(labels[2] == nil)
    #expect(labels[-1] == nil)
  }

  @Test(arguments: ["", "one", "one\ntwo\nthree"])
  func refusesTheWrongNumber(text: String) {
    #expect {
      try names(text, outputs: 2)
    } throws: { error in
      guard let error = error as? ClassificationError, case .labels = error else { return false }
      return error.exitCode == 65 && error.message.contains("2 outputs")
    }
  }

  @Test func refusesMissingFiles() {
    #expect {
      try ClassLabels(path: "/nowhere/labels.txt", outputs: 2, classOffset: 0)
    } throws: { error in
      (error as? ClassificationError)?.exitCode == 66
    }
  }
}
