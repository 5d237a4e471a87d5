import Imaging

/// The residual networks of He et al. (2015) for ImageNet, the stride of a bottleneck in its 3 x 3 convolution. Layer
/// names as in torchvision.
enum ResNet {
  static let all = [
    architecture(18, blocks: [2, 2, 2, 2], summary: "ResNet-18 for ImageNet") { network, x, channels, stride, name in
      basic(&network, x, channels, stride: stride, name: name)
    },
    architecture(50, blocks: [3, 4, 6, 3], summary: "ResNet-50 for ImageNet") { network, x, channels, stride, name in
      bottleneck(&network, x, channels, stride: stride, name: name)
    },
  ]

  private typealias Block =
    @Sendable (inout NetworkBuilder, NetworkBuilder.Features, Int, Int, String) -> NetworkBuilder.Features

  private static func architecture(
    _ depth: Int, blocks: [Int], summary: String, block: @escaping Block
  ) -> Architecture {
    Architecture(
      name: "resnet\(depth)", summary: summary, inputSize: 224, classCount: 1000, minimumSide: 32,
      preprocessing: PreprocessingPreset.imagenet.preprocessing
    ) { network in
      var x = network.convolution(network.input(), 64, kernel: 7, stride: 2, name: "conv1")
      x = network.relu(network.normalization(x, name: "bn1"), name: "relu")
      x = network.pool("MaxPool", x, kernel: 3, stride: 2, padding: 1, name: "maxpool")
      for (stage, count) in blocks.enumerated() {
        for index in 0..<count {
          x = block(&network, x, 64 << stage, stage > 0 && index == 0 ? 2 : 1, "layer\(stage + 1).\(index)")
        }
      }
      network.classifier(x, name: "fc", .uniform)
    }
  }

  private static func basic(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, stride: Int, name: String
  ) -> NetworkBuilder.Features {
    var y = network.convolution(x, channels, stride: stride, name: "\(name).conv1")
    y = network.relu(network.normalization(y, name: "\(name).bn1"), name: "\(name).relu1")
    y = network.normalization(network.convolution(y, channels, name: "\(name).conv2"), name: "\(name).bn2")
    return joined(&network, y, x, stride: stride, name: name, lastRelu: "relu2")
  }

  private static func bottleneck(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, stride: Int, name: String
  ) -> NetworkBuilder.Features {
    var y = network.convolution(x, channels, kernel: 1, name: "\(name).conv1")
    y = network.relu(network.normalization(y, name: "\(name).bn1"), name: "\(name).relu1")
    y = network.convolution(y, channels, stride: stride, name: "\(name).conv2")
    y = network.relu(network.normalization(y, name: "\(name).bn2"), name: "\(name).relu2")
    y = network.convolution(y, channels * 4, kernel: 1, name: "\(name).conv3")
    y = network.normalization(y, name: "\(name).bn3")
    return joined(&network, y, x, stride: stride, name: name, lastRelu: "relu3")
  }

  /// A block's branch and its shortcut, which is projected where the shape changes.
  private static func joined(
    _ network: inout NetworkBuilder, _ branch: NetworkBuilder.Features, _ x: NetworkBuilder.Features, stride: Int,
    name: String, lastRelu: String
  ) -> NetworkBuilder.Features {
    var shortcut = x
    if stride != 1 || x.channels != branch.channels {
      shortcut = network.convolution(x, branch.channels, kernel: 1, stride: stride, name: "\(name).downsample.0")
      shortcut = network.normalization(shortcut, name: "\(name).downsample.1")
    }
    return network.relu(network.sum(branch, shortcut, name: "\(name).add"), name: "\(name).\(lastRelu)")
  }
}
