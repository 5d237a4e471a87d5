import Graph
import Runtime

/// The sums of products that MatMulInteger and QLinearMatMul share: 8-bit integers, minus their zero points.
///
/// Scales and zero points are one number, one a row of a or column of b, or of the operand's rank with extent 1 along
/// the summed axis.
struct QuantizedProduct {
  let product: MatrixProduct

  init(_ a: [Int], _ b: [Int]) throws(OperatorError) { product = try MatrixProduct(a, b) }

  /// The left operand's parameters as a shape that broadcasts to `[batch..., M, K]`.
  func rowShape(_ parameters: [Int]) -> [Int] {
    parameters.count == 1 && parameters[0] > 1 ? parameters + [1] : parameters
  }

  /// Checks parameters of the operands: those of the left one vary by rows, those of the right one by columns.
  func check(_ parameters: [Int], isLeft: Bool, _ role: String) throws(OperatorError) {
    let owner: [Int] =
      isLeft ? product.aShape.dropLast() + [1] : product.bShape.dropLast(2) + [1, product.columns]
    guard Shape.broadcast(isLeft ? rowShape(parameters) : parameters, owner) == owner else {
      throw .invalid("\(role) is \(Shape.text(parameters)), which does not broadcast to \(Shape.text(owner))")
    }
  }

  /// The sums, exact, row-major `[batch..., M, N]`.
  func sums(_ a: Tensor, _ b: Tensor, aZero: Tensor?, bZero: Tensor?) -> [Double] {
    func centred(_ x: Tensor, _ shape: [Int], _ zero: Tensor?) -> [Double] {
      guard let zero else { return x.doubles }
      return zip(x.doubles, zero.broadcast(to: shape).doubles).map { $0 - $1 }
    }
    return product.multiply(
      centred(a, product.aShape, aZero.map { $0.reshaped(rowShape($0.shape)) }), centred(b, product.bShape, bZero))
  }

  /// Emits the sums into an int32 view `[batch..., M, N]`.
  func emit(
    _ a: LoweredView, _ b: LoweredView, aZero: LoweredView?, bZero: LoweredView?, to sums: LoweredView,
    into plan: inout Lowering
  ) {
    let (left, right) = product.views(a, b)
    let leftZero = aZero.map { rows($0).broadcast(to: left.shape) }
    let rightZero = bZero?.broadcast(to: right.shape)
    plan.emit(
      IntegerMatrixMultiplyInstruction(
        a: plan.id(left), aZeroPoint: plan.id(leftZero), b: plan.id(right), bZeroPoint: plan.id(rightZero),
        output: plan.id(sums)),
      reads: [left, leftZero, right, rightZero], writes: [sums])
  }

  /// The left operand's parameters as a view that broadcasts to `[batch..., M, anything]`.
  func rows(_ parameters: LoweredView) -> LoweredView {
    rowShape(parameters.shape).count > parameters.rank ? parameters.appendingAxes(1) : parameters
  }
}
