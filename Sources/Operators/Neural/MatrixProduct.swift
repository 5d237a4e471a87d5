import Graph
import Runtime

/// Extents of a product `[batch..., M, K] * [batch..., K, N]` by NumPy's rules, and its meaning.
///
/// A one-axis operand is a row on the left and a column on the right, and its axis is missing from the result; batch
/// axes are broadcast.
package struct MatrixProduct: Sendable {
  let rows: Int
  let depth: Int
  let columns: Int
  let batch: [Int]
  /// Whether an operand has one axis only.
  private let aIsRow: Bool
  private let bIsColumn: Bool
  /// The operands' shapes with at least two axes.
  let aShape: [Int]
  let bShape: [Int]
  /// The result's shape by NumPy's rules.
  let shape: [Int]

  init(_ a: [Int], _ b: [Int]) throws(OperatorError) {
    guard !a.isEmpty, !b.isEmpty else { throw .invalid("an operand is a scalar: at least one axis is needed") }
    aIsRow = a.count == 1
    bIsColumn = b.count == 1
    aShape = aIsRow ? [1] + a : a
    bShape = bIsColumn ? b + [1] : b
    rows = aShape[aShape.count - 2]
    depth = aShape[aShape.count - 1]
    columns = bShape[bShape.count - 1]
    guard bShape[bShape.count - 2] == depth,
      let batch = Shape.broadcast(Array(aShape.dropLast(2)), Array(bShape.dropLast(2)))
    else {
      throw .invalid("\(Shape.text(a)) and \(Shape.text(b)) cannot be multiplied")
    }
    self.batch = batch
    shape = batch + (aIsRow ? [] : [rows]) + (bIsColumn ? [] : [columns])
  }

  /// `[batch..., M, N]`
  var fullShape: [Int] { batch + [rows, columns] }

  /// The product of row-major operands.
  /// - Complexity: O(batch * M * K * N), whole rows of b at a time.
  func multiply<T: ProductElement>(_ a: [T], _ b: [T]) -> [T] {
    let count = batch.reduce(1, *)
    let aPlaces = Shape.positions(batch, strides: Shape.broadcastStrides(Array(aShape.dropLast(2)), to: batch))
    let bPlaces = Shape.positions(batch, strides: Shape.broadcastStrides(Array(bShape.dropLast(2)), to: batch))
    var y = [T](repeating: 0, count: count * rows * columns)
    y.withUnsafeMutableBufferPointer { y in
      b.withUnsafeBufferPointer { b in
        guard let yBase = y.baseAddress, let bBase = b.baseAddress else { return }
        for matrix in 0..<count {
          for i in 0..<rows {
            let sums = yBase + (matrix * rows + i) * columns
            for k in 0..<depth {
              let factor = a[(aPlaces[matrix] * rows + i) * depth + k]
              let row = bBase + (bPlaces[matrix] * depth + k) * columns
              for j in 0..<columns { T.multiplyAdd(factor, row[j], into: &sums[j]) }
            }
          }
        }
      }
    }
    return y
  }

  /// Views of the operands with the batch axes of the result: `[batch..., M, K]` and `[batch..., K, N]`.
  func views(_ a: LoweredView, _ b: LoweredView) -> (a: LoweredView, b: LoweredView) {
    let left = a.rank == 1 ? a.inserting(axis: 0) : a
    let right = b.rank == 1 ? b.inserting(axis: 1) : b
    return (left.broadcast(to: batch + [rows, depth]), right.broadcast(to: batch + [depth, columns]))
  }

  /// The result's view with the axes that one-axis operands left out: `[batch..., M, N]`.
  func view(_ y: LoweredView) -> LoweredView {
    let withRows = aIsRow ? y.inserting(axis: batch.count) : y
    return bIsColumn ? withRows.inserting(axis: batch.count + 1) : withRows
  }
}

/// A number that products are summed in: exact for Double's integers, wrapping around for Int.
package protocol ProductElement: Numeric, BitwiseCopyable {
  /// `sum += a * b`
  static func multiplyAdd(_ a: Self, _ b: Self, into sum: inout Self)
}

extension Double: ProductElement {
  @inline(__always)
  package static func multiplyAdd(_ a: Double, _ b: Double, into sum: inout Double) { sum += a * b }
}

extension Int: ProductElement {
  @inline(__always)
  package static func multiplyAdd(_ a: Int, _ b: Int, into sum: inout Int) { sum &+= a &* b }
}
