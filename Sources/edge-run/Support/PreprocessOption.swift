import Foundation
import Imaging

/// `--preprocess` of verbs that put the answer into a file.
enum PreprocessOption {
  /// The text for a model's metadata: a preset's name as it is, or a file's content, checked.
  static func text(_ option: String) throws -> String {
    if PreprocessingPreset(rawValue: option) != nil { return option }
    guard let data = FileManager.default.contents(atPath: option) else {
      let presets = PreprocessingPreset.allCases.map(\.rawValue)
      let hint = ClosestName.match(for: option, among: presets).map { " (did you mean \($0)?)" } ?? ""
      throw Failure.missing("\(option): no preset and no such file\(hint); presets: \(presets.joined(separator: ", "))")
    }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw Failure.data("\(option): not a text file in UTF-8")
    }
    do {
      return try Preprocessing(text: text).text
    } catch {
      throw Failure(error, subject: option)
    }
  }
}
