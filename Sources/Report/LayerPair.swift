import AAPPolicy

/// A layer as it was and as it is.
struct LayerPair {
  /// Nil for a layer that only the later network has.
  let before: LayerRecord?
  /// Nil for a layer that only the earlier network has.
  let after: LayerRecord?

  var name: String { (before ?? after)?.name ?? "" }
  var op: String { (before ?? after)?.op ?? "" }

  /// Pairs layers of the same name, in the earlier network's order; layers that only the later one has come last.
  /// Layers that share a name are paired in their order.
  static func pairs(before: [LayerRecord], after: [LayerRecord]) -> [LayerPair] {
    var waiting = Dictionary(grouping: after.indices.reversed()) { after[$0].name }
    var paired: Set<Int> = []
    var pairs = before.map { layer in
      let index = waiting[layer.name]?.popLast()
      if let index { paired.insert(index) }
      return LayerPair(before: layer, after: index.map { after[$0] })
    }
    for index in after.indices where !paired.contains(index) {
      pairs.append(LayerPair(before: nil, after: after[index]))
    }
    return pairs
  }
}
