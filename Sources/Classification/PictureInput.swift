import Imaging
import Runtime

/// Where a network takes its picture: one float32 tensor with three channels, as ONNX's NCHW, as NHWC, or without the
/// batch axis.
package struct PictureInput: Equatable, Sendable {
  /// Width and height of the picture that the network takes.
  package let size: PixelSize
  /// Where the samples lie in the input tensor.
  package let layout: TensorLayout
  /// Elements from the first sample to the last in memory.
  package let extent: Int

  /// Throws `unsuitableModel` unless the plan takes one picture.
  package init(_ plan: Plan) throws(ClassificationError) {
    guard plan.inputCount == 1 else {
      throw .unsuitableModel(reason: "it has \(plan.inputCount) inputs, where one picture is expected")
    }
    let record = plan.tensors[Int(plan.inputTensor(0).index)]
    guard let operand = PlanOperand(record) else { throw .plan(.malformed(reason: "its input is broken")) }
    let name = plan.inputName(0)
    guard operand.type == .float32 else {
      throw .unsuitableModel(
        reason: "its input '\(name)' is \(operand.type.name), where float32 is expected: run it with raw tensors")
    }
    let shape = (0..<operand.rank).map { operand.extent($0) }
    let first = operand.rank - 3
    guard first == 0 || (first == 1 && shape[0] == 1), operand.count > 0 else {
      throw .unsuitableModel(
        reason: "its input '\(name)' has the shape \(PictureInput.text(shape)), where 1x3xHxW or 1xHxWx3 is expected")
    }
    // 3 channels first or last; where both would do, ONNX's own order.
    let channel: Int
    let row: Int
    if shape[first] == 3 {
      (channel, row) = (first, first + 1)
    } else if shape[first + 2] == 3 {
      (channel, row) = (first + 2, first)
    } else {
      throw .unsuitableModel(
        reason: "its input '\(name)' has the shape \(PictureInput.text(shape)), where 3 channels are expected")
    }
    let column = row + 1
    size = PixelSize(width: shape[column], height: shape[row])
    layout = TensorLayout(
      width: size.width, height: size.height, pixelStride: operand.stride(column), rowStride: operand.stride(row),
      channelStride: operand.stride(channel))
    // Plans are checked when they are loaded: every tensor, and so this sum, lies within its arena.
    extent =
      (size.width - 1) * layout.pixelStride + (size.height - 1) * layout.rowStride + 2 * layout.channelStride + 1
  }

  static func text(_ shape: [Int]) -> String { shape.map { "\($0)" }.joined(separator: "x") }
}
