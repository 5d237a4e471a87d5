import Datasets
import Imaging

/// `Augmentation` as text: steps between commas, in any order, each at most once; `none` for no change.
///
///     crop:4,flip,cutout:8,mixup:0.2
///     crop:4:reflect,flip:0.3,brightness:0.2,contrast:0.2
extension Augmentation: CustomStringConvertible {
  private enum Step: String, CaseIterable {
    case crop, flip, cutout, brightness, contrast, mixup

    /// How it is written.
    var form: String {
      switch self {
      case .crop: "crop:PIXELS[:black|:reflect]"
      case .flip: "flip[:PROBABILITY]"
      case .cutout: "cutout:PIXELS"
      case .brightness: "brightness:SHARE"
      case .contrast: "contrast:SHARE"
      case .mixup: "mixup:ALPHA"
      }
    }
  }

  /// The longest shift and the largest square that can be asked for, in pixels.
  private static let pixels = 1...1024
  /// The largest parameter of mixup's weights; they are drawn by rejection, which takes longer the larger it is.
  private static let largestMixup = 4.0

  /// Reads the text form.
  ///
  /// Throws `invalidOption`, which names the step that is wrong, what it expects, and which steps there are.
  package init(text: String) throws(DatasetError) {
    self.init()
    if text == "none" { return }
    var seen: Set<Step> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false)
        .map { word in String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
      let name = words.first ?? ""
      guard let step = Step(rawValue: name) else { throw Self.unknown(name) }
      guard seen.insert(step).inserted else { throw Self.wrong("'\(name)' was given before") }
      if let expected = set(step, Array(words.dropFirst())) {
        throw Self.wrong("'\(part)': expected \(step.form), \(expected)")
      }
    }
  }

  /// The text form, which `init(text:)` reads back.
  package var description: String {
    var steps: [String] = []
    if crop > 0 { steps.append("crop:\(crop)" + (border == .black ? "" : ":\(border.rawValue)")) }
    if flip > 0 { steps.append(flip == 0.5 ? "flip" : "flip:\(flip)") }
    if cutout > 0 { steps.append("cutout:\(cutout)") }
    if brightness > 0 { steps.append("brightness:\(brightness)") }
    if contrast > 0 { steps.append("contrast:\(contrast)") }
    if mixup > 0 { steps.append("mixup:\(mixup)") }
    return steps.isEmpty ? "none" : steps.joined(separator: ",")
  }

  /// Sets one step; returns what was expected where its words are wrong.
  private mutating func set(_ step: Step, _ words: [String]) -> String? {
    switch step {
    case .crop:
      guard (1...2).contains(words.count), let count = Self.pixels(words[0]) else { return Self.pixelsExpected }
      if words.count == 2 {
        guard let named = Border(rawValue: words[1]) else {
          return "and the border is \(Border.allCases.map(\.rawValue).joined(separator: " or "))"
        }
        border = named
      }
      crop = count
    case .flip:
      guard let probability = Self.number(words.isEmpty ? ["0.5"] : words, upTo: 1) else {
        return "a probability above 0 and at most 1"
      }
      flip = probability
    case .cutout:
      guard words.count == 1, let count = Self.pixels(words[0]) else { return Self.pixelsExpected }
      cutout = count
    case .brightness:
      guard let share = Self.number(words, upTo: 1) else { return "a share above 0 and at most 1" }
      brightness = share
    case .contrast:
      guard let share = Self.number(words, upTo: 1) else { return "a share above 0 and at most 1" }
      contrast = share
    case .mixup:
      guard let alpha = Self.number(words, upTo: Self.largestMixup) else {
        return "a number above 0 and at most \(Self.largestMixup)"
      }
      mixup = alpha
    }
    return nil
  }

  private static let pixelsExpected = "whole pixels from \(pixels.lowerBound) to \(pixels.upperBound)"

  private static func pixels(_ word: String) -> Int? {
    Int(word).flatMap { pixels.contains($0) ? $0 : nil }
  }

  private static func number(_ words: [String], upTo largest: Double) -> Double? {
    guard words.count == 1, let number = Double(words[0]), number > 0, number <= largest else { return nil }
    return number
  }

  private static func wrong(_ reason: String) -> DatasetError {
    .invalidOption(name: "augmentation", reason: reason)
  }

  private static func unknown(_ name: String) -> DatasetError {
    let names = Step.allCases.map(\.rawValue)
    if let match = ClosestName.match(for: name, among: names) {
      return wrong("no step '\(name)'; did you mean '\(match)'? There are: \(forms)")
    }
    return wrong((name.isEmpty ? "a step is empty" : "no step '\(name)'") + "; there are: \(forms)")
  }

  private static var forms: String {
    Step.allCases.map(\.form).joined(separator: ", ") + "; or none"
  }
}
