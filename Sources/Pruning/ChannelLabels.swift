import Graph
import Runtime

/// For every element of a value, the number of the set of channels that it belongs to; 0 for what must stay.
///
/// Operators that move elements move labels just so, which is how any Reshape, Slice or Gather is followed without a
/// rule of its own.
struct ChannelLabels: Sendable {
  /// int32, of the value's shape for a batch of one.
  let tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  init(_ labels: [Int32], shape: [Int]) { tensor = Tensor(labels, shape: shape) }

  /// Labels of one axis, the same along all others.
  init(_ labels: [Int32], axis: Int, shape: [Int]) {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var all: [Int32] = []
    all.reserveCapacity(outer * labels.count * inner)
    for _ in 0..<outer { for label in labels { all.append(contentsOf: repeatElement(label, count: inner)) } }
    self.init(all, shape: shape)
  }

  static func fixed(_ shape: [Int]) -> ChannelLabels {
    ChannelLabels(Tensor(type: .int32, shape: shape, bytes: Array(repeating: 0, count: 4 * shape.reduce(1, *))))
  }

  var shape: [Int] { tensor.shape }
  var elements: [Int32] { tensor.elements(as: Int32.self) }

  /// The axes along which labels differ.
  var varyingAxes: [Int] {
    let elements = elements
    return shape.indices.filter { axis in
      let inner = shape[(axis + 1)...].reduce(1, *)
      let extent = shape[axis]
      // Whether any element differs from its neighbour along the axis.
      return elements.indices.contains { position in
        position / inner % extent > 0 && elements[position] != elements[position - inner]
      }
    }
  }

  /// All labels at a position of an axis.
  func labels(axis: Int, _ body: (Int, Int32) -> Void) {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let extent = shape[axis]
    for (position, label) in elements.enumerated() { body(position / inner % extent, label) }
  }

  /// The axis on which elements go with the removed channels, and its positions that stay; nil where none goes.
  func remainder(without removed: Set<Int32>) -> (axis: Int, kept: [Int])? {
    let goes = elements.map(removed.contains)
    guard goes.contains(true) else { return nil }
    for axis in shape.indices {
      var gone = [Bool](repeating: false, count: shape[axis])
      let inner = shape[(axis + 1)...].reduce(1, *)
      for (position, flag) in goes.enumerated() where flag { gone[position / inner % gone.count] = true }
      if gone.contains(false) { return (axis, gone.indices.filter { !gone[$0] }) }
    }
    // Everything: along the channels' axis nothing is left.
    return (min(1, shape.count - 1), [])
  }
}
