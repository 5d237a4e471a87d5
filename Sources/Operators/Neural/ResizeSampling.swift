import Foundation

/// The attributes of Resize that say where outputs lie in the input and how their neighbours are weighed.
struct ResizeSampling {
  enum Mode: String {
    case nearest
    case linear
    case cubic
  }

  /// ONNX's coordinate_transformation_mode.
  enum Coordinates: String {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric = "asymmetric"
    case cropAndResize = "tf_crop_and_resize"

    /// The place in the input, in elements, that an element of the output lies at.
    ///
    /// In single precision, like ONNX Runtime: scales are given so, and with `floor` 1.5 / 0.6 must not fall below 2.5.
    func source(of place: Int, _ axis: ResizeAxis.Geometry) -> Double {
      let (x, input, scale) = (Float(place), Float(axis.input), Float(axis.scale))
      let output = scale * input
      let centred = (x + 0.5) / scale - 0.5
      let result: Float
      switch self {
      case .halfPixel: result = centred
      case .halfPixelSymmetric: result = input / 2 * (1 - Float(axis.output) / output) + centred
      case .pytorchHalfPixel: result = axis.output > 1 ? centred : 0
      case .alignCorners: result = output == 1 ? 0 : x * (input - 1) / (output - 1)
      case .asymmetric: result = x / scale
      case .cropAndResize:
        let (start, length) = (Float(axis.start), Float(axis.end - axis.start))
        result =
          axis.output <= 1
          ? (start + 0.5 * length) * (input - 1)
          : start * (input - 1) + x * length * (input - 1) / Float(axis.output - 1)
      }
      return Double(result)
    }
  }

  /// ONNX's nearest_mode.
  enum Nearest: String {
    case roundPreferFloor = "round_prefer_floor"
    case roundPreferCeil = "round_prefer_ceil"
    case floor
    case ceil

    func index(_ x: Double) -> Int {
      switch self {
      case .roundPreferFloor: Int((x - 0.5).rounded(.up))
      case .roundPreferCeil: Int((x + 0.5).rounded(.down))
      case .floor: Int(x.rounded(.down))
      case .ceil: Int(x.rounded(.up))
      }
    }
  }

  let mode: Mode
  let coordinates: Coordinates
  let nearest: Nearest
  let antialiases: Bool
  let excludesOutside: Bool
  /// The parameter of the cubic kernel.
  let cubic: Double

  init(_ node: NodeAttributes) throws(OperatorError) {
    mode = try ResizeSampling.choice(node, "mode", "nearest")
    coordinates = try ResizeSampling.choice(node, "coordinate_transformation_mode", "half_pixel")
    nearest = try ResizeSampling.choice(node, "nearest_mode", "round_prefer_floor")
    antialiases = try node.flag("antialias")
    excludesOutside = try node.flag("exclude_outside")
    cubic = Double(try node.float("cubic_coeff_a", default: -0.75))
    if antialiases && mode == .nearest { throw .invalid("attribute 'antialias' with mode 'nearest'") }
  }

  static func choice<Choice: RawRepresentable<String>>(
    _ node: NodeAttributes, _ name: String, _ fallback: String
  ) throws(OperatorError) -> Choice {
    let text = try node.string(name, default: fallback)
    guard let choice = Choice(rawValue: text) else { throw .unsupported("\(name) '\(text)'") }
    return choice
  }

  /// Taps around a place: the first one relative to the element left of it, and their weights for the distance to it.
  func filter(scale: Double) -> (first: Int, taps: Int, weights: (Double) -> [Double]) {
    // Antialiasing stretches the kernel over all elements that an output covers, when there are more than one.
    // Of no elements to none the scale is no number.
    let stretch = antialiases && scale < 1 ? scale : 1
    let radius = mode == .cubic ? 2.0 : 1.0
    let first = Int(max((-radius / stretch).rounded(.down), -0x1p40)) + 1
    let taps = 2 - 2 * first
    return (
      first, taps,
      { ratio in
        let weights = (0..<taps).map { kernel((Double(first + $0) - ratio) * stretch) }
        let sum = weights.reduce(0, +)
        return antialiases && sum != 0 ? weights.map { $0 / sum } : weights
      }
    )
  }

  /// The weight of an element at a distance: a triangle, or the cubic of Keys (1981), equation 4.
  private func kernel(_ distance: Double) -> Double {
    let (a, x) = (cubic, abs(distance))
    if mode != .cubic { return max(0, 1 - x) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0
  }
}
