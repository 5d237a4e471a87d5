import Imaging

/// The residual networks of He et al. (2015), section 4.2, for pictures of 32 x 32: three stages of 16, 32 and 64
/// channels, shortcuts without weights (option A). Layer names as in the PyTorch implementation by Y. Idelbayev.
enum CIFARResNet {
  static let all = [20, 32, 44, 56, 110].map(architecture)

  private static func architecture(depth: Int) -> Architecture {
    Architecture(
      name: "resnet\(depth)", summary: "ResNet-\(depth) for CIFAR, shortcuts without weights", inputSize: 32,
      classCount: 10, minimumSide: 4, preprocessing: PreprocessingPreset.cifar10.preprocessing
    ) { build(&$0, blocks: (depth - 2) / 6) }
  }

  private static func build(_ network: inout NetworkBuilder, blocks: Int) {
    var x = network.convolution(network.input(), 16, name: "conv1")
    x = network.relu(network.normalization(x, name: "bn1"), name: "relu")
    for (stage, channels) in [16, 32, 64].enumerated() {
      for block in 0..<blocks {
        let stride = stage > 0 && block == 0 ? 2 : 1
        x = self.block(&network, x, channels, stride: stride, name: "layer\(stage + 1).\(block)")
      }
    }
    network.classifier(x, name: "linear", .uniform)
  }

  private static func block(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, stride: Int, name: String
  ) -> NetworkBuilder.Features {
    var y = network.convolution(x, channels, stride: stride, name: "\(name).conv1")
    y = network.relu(network.normalization(y, name: "\(name).bn1"), name: "\(name).relu1")
    y = network.normalization(network.convolution(y, channels, name: "\(name).conv2"), name: "\(name).bn2")
    let shortcut = stride == 1 ? x : network.subsampled(x, channels: channels, name: "\(name).shortcut")
    return network.relu(network.sum(y, shortcut, name: "\(name).add"), name: "\(name).relu2")
  }
}
