import Imaging

extension Architecture {
  /// MobileNetV2 (Sandler et al., 2018) at full width.
  static let mobileNetV2 = Architecture(
    name: "mobilenet-v2", summary: "MobileNetV2 for ImageNet, full width", inputSize: 224, classCount: 1000,
    minimumSide: 32, preprocessing: PreprocessingPreset.imagenet.preprocessing
  ) { MobileNetV2.build(&$0, strides: MobileNetV2.strides) }

  /// The same for pictures of 32 x 32: the stem and the second stage keep the size.
  static let mobileNetV2ForCIFAR = Architecture(
    name: "mobilenet-v2-cifar", summary: "MobileNetV2 for CIFAR, full width, the first two strides 1", inputSize: 32,
    classCount: 10, minimumSide: 8, preprocessing: PreprocessingPreset.cifar10.preprocessing
  ) { MobileNetV2.build(&$0, stemStride: 1, strides: [1, 1, 2, 2, 1, 2, 1]) }
}

/// Inverted residuals with linear bottlenecks. Layer names as in torchvision.
private enum MobileNetV2 {
  /// Expansion, channels and blocks of each stage.
  static let stages = [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)]
  /// The stride of each stage's first block.
  static let strides = [1, 2, 2, 2, 1, 2, 1]

  static func build(_ network: inout NetworkBuilder, stemStride: Int = 2, strides: [Int]) {
    var x = layer(&network, network.input(), 32, kernel: 3, stride: stemStride, name: "features.0")
    var index = 1
    for ((expansion, channels, blocks), stride) in zip(stages, strides) {
      for block in 0..<blocks {
        x = self.block(
          &network, x, channels, expansion: expansion, stride: block == 0 ? stride : 1, name: "features.\(index)")
        index += 1
      }
    }
    x = layer(&network, x, 1280, kernel: 1, name: "features.\(index)")
    network.classifier(x, name: "classifier.1", .normal)
  }

  /// Expand, depthwise, project; a shortcut where the shape stays.
  private static func block(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, expansion: Int, stride: Int,
    name: String
  ) -> NetworkBuilder.Features {
    var y = x
    var part = 0
    if expansion != 1 {
      y = layer(&network, y, x.channels * expansion, kernel: 1, name: "\(name).conv.0")
      part += 1
    }
    y = layer(&network, y, y.channels, kernel: 3, stride: stride, groups: y.channels, name: "\(name).conv.\(part)")
    y = network.convolution(y, channels, kernel: 1, name: "\(name).conv.\(part + 1)")
    y = network.normalization(y, name: "\(name).conv.\(part + 2)")
    return stride == 1 && x.channels == channels ? network.sum(y, x, name: "\(name).add") : y
  }

  private static func layer(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ outputs: Int, kernel: Int, stride: Int = 1,
    groups: Int = 1, name: String
  ) -> NetworkBuilder.Features {
    var y = network.convolution(x, outputs, kernel: kernel, stride: stride, groups: groups, name: "\(name).0")
    y = network.normalization(y, name: "\(name).1")
    return network.relu6(y, name: "\(name).2")
  }
}
