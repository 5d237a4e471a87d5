import Graph

extension Shape {
  /// No tensor may have more axes, as in files: what is done for each pair of them stays cheap.
  package static let maximumAxisCount = 32

  /// An axis of an attribute, counted from the end where negative. Throws unless it is one of `rank` axes.
  package static func resolved(axis: Int, rank: Int) throws(OperatorError) -> Int {
    guard let resolved = Shape.axis(axis, rank: rank) else {
      throw .invalid("axis \(axis) is out of range for \(rank) axes")
    }
    return resolved
  }

  /// The same for several axes, which must be different ones.
  package static func resolved(axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
    guard axes.count <= maximumAxisCount else {
      throw .unsupported("\(axes.count) axes: \(maximumAxisCount) is the limit")
    }
    var result: [Int] = []
    for axis in axes {
      let axis = try resolved(axis: axis, rank: rank)
      if result.contains(axis) { throw .invalid("axis \(axis) is given twice") }
      result.append(axis)
    }
    return result
  }

  /// The shape, or an error where it has a negative extent, or more axes or elements than any tensor may have.
  package static func checked(_ shape: [Int]) throws(OperatorError) -> [Int] {
    guard shape.count <= maximumAxisCount else {
      throw .unsupported("its result would have \(shape.count) axes: \(maximumAxisCount) is the limit")
    }
    guard elementCount(shape) != nil else {
      throw .invalid("its result would have \(text(shape)) elements: none may be negative, 2^31 is the limit")
    }
    return shape
  }
}
