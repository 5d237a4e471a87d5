/// Ways of preparing pictures that trained networks are published with. Each fits itself to the network's input size.
package enum PreprocessingPreset: String, CaseIterable, Equatable, Sendable {
  /// torchvision and most of PyTorch: short side 256 for an input of 224, samples/255, normalised by ImageNet's mean and
  /// deviation.
  case imagenet
  /// TensorFlow's Inception and MobileNet: the same but for the rounding, samples/127.5 - 1.
  case inception
  /// Caffe: short side 256 for an input of 227, BGR, minus the mean colour.
  case caffe
  /// The picture as it is where it has the network's size, else its centre; normalised like `imagenet`.
  case cifar10

  /// The preprocessing for a network whose input has the given size.
  package func preprocessing(inputSize: PixelSize) -> Preprocessing {
    let side = max(inputSize.width, inputSize.height)
    let imagenetMean = SIMD3<Float>(0.485, 0.456, 0.406)
    let imagenetDeviation = SIMD3<Float>(0.229, 0.224, 0.225)
    switch self {
    case .imagenet:
      return Preprocessing(
        resize: .shortSide(Self.rounded(side, times: 256, over: 224)), crop: inputSize, divisor: 255,
        mean: imagenetMean, standardDeviation: imagenetDeviation)
    case .inception:
      return Preprocessing(
        resize: .shortSide(Self.rounded(side, times: 256, over: 224)), crop: inputSize,
        rounding: .nearest, divisor: 127.5, mean: SIMD3(repeating: 1))
    case .caffe:
      return Preprocessing(
        resize: .shortSide(Self.rounded(side, times: 256, over: 227)), crop: inputSize,
        rounding: .nearest, channels: .bgr, mean: SIMD3(104, 117, 123))
    case .cifar10:
      return Preprocessing(
        resize: .shortSide(side), crop: inputSize, divisor: 255, mean: imagenetMean,
        standardDeviation: imagenetDeviation)
    }
  }

  private static func rounded(_ side: Int, times factor: Int, over divisor: Int) -> Int {
    (2 * side * factor + divisor) / (2 * divisor)
  }
}
