/// Finds room for labels beside marks: a label that would touch another, a mark or the frame is left out.
struct LabelPlacer {
  /// Of a label's letters, in the plot's units, as large as the page ever makes them.
  static let letterWidth = 8.0
  static let lineHeight = 15.0

  private let frame: Box
  private var taken: [Box] = []

  init(frame: Box) { self.frame = frame }

  /// Keeps a place free of labels.
  mutating func take(_ box: Box) { taken.append(box) }

  /// Where the label's left end and its base line go; nil where there is no room.
  mutating func place(_ label: String, at x: Double, _ y: Double, distance: Double = 8) -> (x: Double, y: Double)? {
    let width = Double(label.count) * Self.letterWidth
    let half = Self.lineHeight / 2
    // The label's middle: right, left, above, below, then the corners.
    let (across, aside) = (distance + width / 2, distance + half)
    let places = [
      (across, 0), (-across, 0), (0, -aside), (0, aside),
      (across, -aside + 3), (across, aside - 3), (-across, -aside + 3), (-across, aside - 3),
    ]
    for (dx, dy) in places {
      let box = Box(
        left: x + dx - width / 2, top: y + dy - half, right: x + dx + width / 2, bottom: y + dy + half)
      guard frame.contains(box), !taken.contains(where: box.overlaps) else { continue }
      taken.append(box)
      return (box.left, y + dy + 4.5)
    }
    return nil
  }
}
