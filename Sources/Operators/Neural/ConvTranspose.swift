import Graph
import Runtime

/// Transposed convolution over one to three spatial axes: X `[N, Cin, spatial...]`, W `[Cin, Cout / group, kernel...]`.
///
/// Input element i reaches output `i * stride + t * dilation - padBegin` through tap t.
package struct ConvTranspose: Operator {
  package static let name = "ConvTranspose"
  package static let channelFlow = ChannelFlow.transposedConvolution

  private let window: SlidingWindow
  private let groups: Int
  private let outputPadding: [Int]?
  private let outputShape: [Int]?

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    groups = try node.int("group", default: 1)
    outputPadding = try SlidingWindow.list(node, "output_padding", atLeast: 0)
    outputShape = try SlidingWindow.list(node, "output_shape", atLeast: 0)
  }

  /// Where taps reach; `output` holds the result's spatial extents.
  private func geometry(_ x: [Int], _ w: [Int]) throws(OperatorError) -> WindowGeometry {
    let rank = try SlidingWindow.spatialRank(x)
    guard w.count == rank + 2, w[0] == x[1], groups >= 1, x[1] % groups == 0 else {
      throw .invalid("weights \(Shape.text(w)) do not fit an input \(Shape.text(x)) in \(groups) groups")
    }
    let (input, kernel) = (Array(x[2...]), Array(w[2...]))
    if let given = window.kernelShape, given != kernel {
      throw .invalid("attribute 'kernel_shape' \(given) contradicts weights of \(kernel)")
    }
    var (strides, dilations, begin, end) = try window.resolved(rank: rank)
    let extra = outputPadding ?? [Int](repeating: 0, count: rank)
    guard extra.count == rank, outputShape == nil || outputShape?.count == rank,
      kernel.allSatisfy({ $0 >= 1 && $0 <= SlidingWindow.limit })
    else { throw .invalid("output_padding, output_shape and the kernel need \(rank) numbers of at least 1 tap each") }
    var output: [Int] = []
    for axis in 0..<rank {
      let span = (kernel[axis] - 1) * dilations[axis] + 1
      let full = strides[axis] * (input[axis] - 1) + extra[axis] + span
      let isSame = window.padding == .sameUpper || window.padding == .sameLower
      if let wanted = outputShape?[axis] ?? (isSame ? input[axis] * strides[axis] : nil) {
        // Missing elements are zeros at the end: pads are never negative.
        let total = max(0, full - wanted)
        begin[axis] = window.padding == .sameUpper ? total / 2 : total - total / 2
        end[axis] = total - begin[axis]
        output.append(wanted)
      } else {
        output.append(full - begin[axis] - end[axis])
      }
      guard output[axis] >= 0 else {
        throw .invalid("spatial axis \(axis) of the result would have \(output[axis]) elements")
      }
    }
    return WindowGeometry(
      input: input, output: output, kernel: kernel, stride: strides, dilation: dilations, padBegin: begin,
      padEnd: end)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let w = try operands.required(1, "W", types: [x.type])
    let window = try geometry(x.shape, w.shape)
    let (channels, overflow) = w.shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw .invalid("\(groups) groups of \(w.shape[1]) channels are too many") }
    if let bias = operands.optional(2), bias.shape != [channels] || bias.type != x.type {
      throw .invalid("the bias is \(bias.type.name) \(bias.shape): \(x.type.name) [\(channels)] is needed")
    }
    return [ValueInfo(type: x.type, shape: [x.shape[0], channels] + window.output)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, w) = (try operands.required(0), try operands.required(1))
    let window = try geometry(x.shape, w.shape)
    let g = window.threeAxes
    let (batch, channels, columns) = (x.shape[0], x.shape[1], w.shape[1])
    let (values, weights) = (x.doubles, w.doubles)
    let bias = operands.optional(2)?.doubles
    let reached = (0..<3).map { axis in (0..<g.kernel[axis]).map { g.reached(axis: axis, tap: $0) } }
    var y = [Double](repeating: 0, count: batch * columns * groups * g.outputCount)
    for plane in 0..<(batch * columns * groups) {
      let (n, m) = (plane / (columns * groups), plane % (columns * groups))
      if let bias { for i in 0..<g.outputCount { y[plane * g.outputCount + i] = bias[m] } }
      let depth = channels / groups
      for c in (m / columns * depth)..<((m / columns + 1) * depth) {
        for tap in 0..<g.taps {
          let weight = weights[(c * columns + m % columns) * g.taps + tap]
          for (i0, o0) in reached[0][tap / (g.kernel[1] * g.kernel[2])] {
            for (i1, o1) in reached[1][tap / g.kernel[2] % g.kernel[1]] {
              let row = (((n * channels + c) * g.input[0] + i0) * g.input[1] + i1) * g.input[2]
              let target = plane * g.outputCount + (o0 * g.output[1] + o1) * g.output[2]
              for (i2, o2) in reached[2][tap % g.kernel[2]] { y[target + o2] += weight * values[row + i2] }
            }
          }
        }
      }
    }
    return [Tensor(type: x.type, shape: [batch, columns * groups] + window.output, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let w = try plan.widened(plan.operand(node, 1))
    var bias = try plan.optionalOperand(node, 2)
    if let given = bias { bias = try plan.widened(given) }
    let window = try geometry(x.shape, w.shape)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    plan.emit(
      TransposedConvolutionInstruction(
        input: plan.id(x), weights: plan.id(w), bias: plan.id(bias), output: plan.id(work),
        groups: Int32(clamping: groups), spatialRank: Int32(window.rank), kernel: window.kernelLanes,
        stride: window.strideLanes, dilation: window.dilationLanes, padBegin: window.padBeginLanes),
      reads: [x, w, bias], writes: [work])
    plan.deliver(work, to: y)
  }

  /// The convolution with the same weights and windows is the derivative by the input; input and derivative change
  /// places in the derivative by the weights.
  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard var dy = node.resultGradient(0) else { return }
    let (x, w) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let placed = try geometry(try node.info(x).shape, try node.info(w).shape)
    if node.isWanted(2) { node.set(2, try node.channelSums(dy)) }
    var end: [Int] = []
    for axis in placed.input.indices {
      // What the windows reach: outputs beyond are bias alone, missing ones are padding.
      let reach =
        placed.stride[axis] * (placed.input[axis] - 1) + (placed.kernel[axis] - 1) * placed.dilation[axis] + 1
        - placed.padBegin[axis]
      end.append(max(0, reach - placed.output[axis]))
      if reach < placed.output[axis] {
        dy = try node.emit(
          "Slice", [dy, node.integers([0]), node.integers([max(0, reach)]), node.integers([axis + 2])])
      }
    }
    let attributes: [String: Attribute] = [
      "group": .int(groups), "kernel_shape": .ints(placed.kernel), "strides": .ints(placed.stride),
      "dilations": .ints(placed.dilation), "pads": .ints(placed.padBegin + end),
    ]
    if node.isWanted(0) { node.set(0, try node.emit("Conv", [dy, w], attributes)) }
    if node.isWanted(1) { node.set(1, try node.emit("ConvWeightsGradient", [dy, x], attributes)) }
  }
}

extension WindowGeometry {
  /// Inputs, and the outputs that they reach through a tap of a transposed convolution.
  fileprivate func reached(axis: Int, tap: Int) -> [(input: Int, output: Int)] {
    let all = (0..<input[axis]).map { ($0, $0 * stride[axis] + tap * dilation[axis] - padBegin[axis]) }
    return all.filter { $0.1 >= 0 && $0.1 < output[axis] }
  }
}
