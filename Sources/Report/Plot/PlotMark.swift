import AAPPolicy

/// How a network is drawn: its decision has a form as well as a colour.
enum PlotMark: String, CaseIterable {
  case baseline, accepted, onward, rejected
  case rejectedEarly = "early"

  init(_ decision: RoundRecord.Decision) {
    switch decision {
    case .accepted: self = .accepted
    case .onward: self = .onward
    case .rejected: self = .rejected
    case .rejectedEarly: self = .rejectedEarly
    }
  }

  /// How people call it.
  var title: String {
    switch self {
    case .baseline: "baseline"
    case .accepted: "accepted"
    case .onward: "on the way"
    case .rejected: "rejected"
    case .rejectedEarly: "rejected early"
    }
  }

  /// The mark, about 10 units wide, around a point.
  func shape(at x: Double, _ y: Double) -> Markup {
    switch self {
    case .baseline:
      "<path class=\"mark-baseline\" d=\"M\(x) \(y - 6.5)l6.5 6.5l-6.5 6.5l-6.5 -6.5z\"/>"
    case .accepted:
      "<circle class=\"mark-accepted\" cx=\"\(x)\" cy=\"\(y)\" r=\"5\"/>"
    case .onward:
      "<circle class=\"mark-onward\" cx=\"\(x)\" cy=\"\(y)\" r=\"4.2\"/>"
    case .rejected:
      "<path class=\"mark-rejected\" d=\"M\(x - 4.2) \(y - 4.2)l8.4 8.4m0 -8.4l-8.4 8.4\"/>"
    case .rejectedEarly:
      "<path class=\"mark-early\" d=\"M\(x - 4.6) \(y - 3.6)h9.2l-4.6 8z\"/>"
    }
  }

  /// The mark, smaller where there are many.
  func shape(at x: Double, _ y: Double, scale: Double) -> Markup {
    guard scale < 1 else { return shape(at: x, y) }
    return "<g transform=\"translate(\(x) \(y)) scale(\(scale))\">\(shape(at: 0, 0))</g>"
  }

  /// The ring around the chosen network's mark.
  static func ring(at x: Double, _ y: Double) -> Markup {
    "<circle class=\"ring\" cx=\"\(x)\" cy=\"\(y)\" r=\"9.5\"/>"
  }

  /// The mark alone, as big as a letter.
  var symbol: Markup { Self.symbol(shape(at: 8, 8)) }

  /// A drawing 16 units wide and high as a symbol among letters.
  static func symbol(_ drawing: Markup) -> Markup {
    "<svg class=\"symbol\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">\(drawing)</svg>"
  }
}
