import Imaging
import Runtime

/// How pictures are prepared for a network, and where that is from.
package struct PreprocessingSource: Sendable {
  package let preprocessing: Preprocessing
  /// Whether nobody said how: neither the user nor the model. Worth a warning.
  package let isAssumed: Bool

  /// Largest description, in bytes.
  private static let maximumBytes = 1 << 20

  /// What the user asked for (a preset's name, or a file), else what the model's metadata says, else `imagenet`.
  package init(option: String?, plan: Plan, size: PixelSize) throws(ClassificationError) {
    if let option {
      preprocessing = try Self.read(option, size)
      isAssumed = false
    } else if let text = plan.metadata("preprocessing") {
      preprocessing = try Self.parse(text, source: "the model's preprocessing", size)
      isAssumed = false
    } else {
      preprocessing = PreprocessingPreset.imagenet.preprocessing(inputSize: size)
      isAssumed = true
    }
    if let output = preprocessing.outputSize, output != size {
      throw .preprocessing(
        source: option ?? "the model's preprocessing",
        reason: "it makes pictures of \(output.width)x\(output.height) pixels, but the network takes "
          + "\(size.width)x\(size.height): set resize and crop")
    }
  }

  private static func read(_ option: String, _ size: PixelSize) throws(ClassificationError) -> Preprocessing {
    if let preset = PreprocessingPreset(rawValue: option) { return preset.preprocessing(inputSize: size) }
    do throws(ClassificationError) {
      let file = try FileContents(path: option, limit: maximumBytes)
      return try parse(file.text, source: option, size)
    } catch {
      guard case .unreadable(let path, let reason) = error else { throw error }
      let presets = PreprocessingPreset.allCases.map { $0.rawValue }
      let hint = ClosestName.match(for: option, among: presets).map { " (did you mean \($0)?)" } ?? ""
      throw .unreadable(
        path: path, reason: "\(reason)\(hint); there are the presets \(presets.joined(separator: ", ")), or give a file"
      )
    }
  }

  /// A preset's name, or `Preprocessing`'s text form.
  private static func parse(
    _ text: String, source: String, _ size: PixelSize
  ) throws(ClassificationError) -> Preprocessing {
    if let preset = PreprocessingPreset(rawValue: text) { return preset.preprocessing(inputSize: size) }
    do throws(ImageError) {
      return try Preprocessing(text: text)
    } catch {
      throw .preprocessing(source: source, reason: error.message)
    }
  }
}
