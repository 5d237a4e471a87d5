import Graph

extension OperatorHistory {
  static let resize = OperatorHistory(
    "Resize", since: 10,
    [
      Change(11, "coordinates became a choice; a region and sizes became operands") { (node, _) throws(ImportFailure) in
        makeAsymmetric(&node)
      },
      Change(13, "tf_half_pixel_for_nn was dropped") { (node, _) throws(ImportFailure) in
        try replaceHalfPixelForNearest(&node)
      },
      // Not a change of form: exporters of every opset write an empty tensor for an operand that is left out.
      Change(.max, "empty operands are left-out ones") { (node, context) throws(ImportFailure) in
        for position in 1..<4 {
          guard position < node.inputs.count, context.constant(node.inputs[position])?.elementCount == 0 else {
            continue
          }
          node.inputs[position] = nil
        }
      },
    ])

  static let upsample = OperatorHistory(
    "Upsample", since: 7, removed: 10,
    [
      Change(9, "scales became an operand") { (node, context) throws(ImportFailure) in
        guard case .floats(let scales) = node.attributes.removeValue(forKey: "scales") else {
          throw .malformed("\(node.description) has no scales")
        }
        node.setInput(1, context.addConstant(Tensor(scales, shape: [scales.count]), "scales", of: node))
      },
      Change(10, "it became Resize") { (node, _) throws(ImportFailure) in
        node.op = "Resize"
        makeAsymmetric(&node)
      },
    ])

  /// From operands X, scales to X, region, scales; a result's coordinate is divided by the scale and rounded down.
  private static func makeAsymmetric(_ node: inout Node) {
    node.inputs = [node.input(0), nil, node.input(1)]
    node.attributes["coordinate_transformation_mode"] = .string("asymmetric")
    node.attributes["nearest_mode"] = .string("floor")
  }

  /// tf_half_pixel_for_nn is half_pixel plus 0.5: rounding down after it is rounding to the nearest without it.
  private static func replaceHalfPixelForNearest(_ node: inout Node) throws(ImportFailure) {
    guard node.attributes["coordinate_transformation_mode"] == .string("tf_half_pixel_for_nn") else { return }
    let rounding = node.attributes["nearest_mode"] ?? .string("round_prefer_floor")
    guard (node.attributes["mode"] ?? .string("nearest")) == .string("nearest") else {
      throw .unsupported("\(node.description) interpolates with tf_half_pixel_for_nn")
    }
    switch rounding {
    case .string("floor"): node.attributes["nearest_mode"] = .string("round_prefer_ceil")
    case .string("round_prefer_floor"): node.attributes["nearest_mode"] = .string("ceil")
    default: throw .unsupported("\(node.description) has tf_half_pixel_for_nn with this nearest_mode")
    }
    node.attributes["coordinate_transformation_mode"] = .string("half_pixel")
  }
}
