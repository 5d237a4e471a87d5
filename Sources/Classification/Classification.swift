import Imaging
import Runtime

/// What a network says of one picture, and how long it took.
package struct Classification: Equatable, Sendable {
  /// Best first.
  package let top: [ClassScore]
  package let decodeNanoseconds: UInt64
  package let preprocessNanoseconds: UInt64
  package let inferNanoseconds: UInt64

  package init(
    top: [ClassScore], decodeNanoseconds: UInt64, preprocessNanoseconds: UInt64, inferNanoseconds: UInt64
  ) {
    self.top = top
    self.decodeNanoseconds = decodeNanoseconds
    self.preprocessNanoseconds = preprocessNanoseconds
    self.inferNanoseconds = inferNanoseconds
  }

  /// CLI.md's object for one picture. A class without label has an empty one.
  package func json(image: String, labels: ClassLabels?) -> JSONObject {
    var object = JSONObject()
    object.set("image", image)
    object.set(
      "top",
      top.map { entry in
        var object = JSONObject()
        object.set("index", entry.index)
        object.set("label", labels?[entry.index] ?? "")
        object.set("score", entry.score)
        return object
      })
    object.set("decode_ms", milliseconds: decodeNanoseconds)
    object.set("preprocess_ms", milliseconds: preprocessNanoseconds)
    object.set("infer_ms", milliseconds: inferNanoseconds)
    return object
  }

  /// The same for people who look at a terminal: the picture, and bars beside it.
  func drawing(of picture: RGBImage, image: String, labels: ClassLabels?) throws(ImageError) -> String {
    let columns = 32
    var lines = [image, ""]
    for entry in top {
      let score = FixedDecimal.text(Double(entry.score) * 100, decimals: 1, width: 5)
      lines.append(
        "\(TerminalPicture.bar(entry.score)) \(score) %  " + (labels?[entry.index] ?? "class \(entry.index)"))
    }
    lines += ["", times]
    return TerminalPicture.joined(
      try TerminalPicture.lines(picture, columns: columns), width: columns, lines) + "\n"
  }

  /// The same for people.
  package func text(image: String, labels: ClassLabels?) -> String {
    var lines = [image]
    for entry in top {
      let score = FixedDecimal.text(Double(entry.score) * 100, decimals: 2, width: 8)
      lines.append("\(score) %  " + (labels?[entry.index].map { "\($0) (\(entry.index))" } ?? "class \(entry.index)"))
    }
    lines.append("          " + times)
    return lines.joined(separator: "\n")
  }

  private var times: String {
    "decode \(FixedDecimal.milliseconds(decodeNanoseconds)) ms, preprocess "
      + "\(FixedDecimal.milliseconds(preprocessNanoseconds)) ms, infer \(FixedDecimal.milliseconds(inferNanoseconds)) ms"
  }
}
