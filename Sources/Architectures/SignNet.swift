import Imaging

extension Architecture {
  /// The network for the generated road signs: plain residual blocks where pictures are large and channels few, inverted
  /// residuals further down. Layer names are those of `models/signs.onnx`.
  static let signNet = Architecture(
    name: "signnet", summary: "small residual network for pictures of 64x64, such as `dataset signs`", inputSize: 64,
    classCount: 16, minimumSide: 16, preprocessing: SignNet.preprocessing
  ) { network in
    var x = SignNet.layer(&network, network.input(), 16, stride: 2, name: "stem")
    x = SignNet.basic(&network, x, 16, name: "blocks.0")
    x = SignNet.basic(&network, x, 32, stride: 2, name: "blocks.1")
    x = SignNet.inverted(&network, x, 32, expansion: 3, name: "blocks.2")
    x = SignNet.inverted(&network, x, 48, expansion: 4, stride: 2, name: "blocks.3")
    x = SignNet.basic(&network, x, 48, name: "blocks.4")
    x = SignNet.inverted(&network, x, 80, expansion: 4, stride: 2, name: "blocks.5")
    x = SignNet.inverted(&network, x, 80, expansion: 3, name: "blocks.6")
    x = SignNet.layer(&network, x, 128, kernel: 1, name: "head")
    network.classifier(x, name: "classifier", .uniform)
  }
}

private enum SignNet {
  static func preprocessing(_ size: PixelSize) -> Preprocessing {
    Preprocessing(
      resize: .shortSide(max(size.width, size.height)), crop: size, divisor: 255, mean: SIMD3(repeating: 0.5),
      standardDeviation: SIMD3(repeating: 0.25))
  }

  /// ResNet's basic block; the shortcut is projected where the shape changes.
  static func basic(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, stride: Int = 1, name: String
  ) -> NetworkBuilder.Features {
    var y = layer(&network, x, channels, stride: stride, name: "\(name).first")
    y = layer(&network, y, channels, isActive: false, name: "\(name).second")
    var shortcut = x
    if stride != 1 || x.channels != channels {
      shortcut = layer(
        &network, x, channels, kernel: 1, stride: stride, isActive: false, name: "\(name).shortcut")
    }
    return network.relu(network.sum(y, shortcut, name: "\(name).add"), name: "\(name).relu")
  }

  /// MobileNetV2's inverted residual; a shortcut where the shape stays.
  static func inverted(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ channels: Int, expansion: Int, stride: Int = 1,
    name: String
  ) -> NetworkBuilder.Features {
    let middle = x.channels * expansion
    var y = layer(&network, x, middle, kernel: 1, name: "\(name).expand")
    y = layer(&network, y, middle, stride: stride, groups: middle, name: "\(name).depthwise")
    y = layer(&network, y, channels, kernel: 1, isActive: false, name: "\(name).project")
    return stride == 1 && x.channels == channels ? network.sum(y, x, name: "\(name).add") : y
  }

  /// Convolution, normalisation, and ReLU where active.
  static func layer(
    _ network: inout NetworkBuilder, _ x: NetworkBuilder.Features, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
    groups: Int = 1, isActive: Bool = true, name: String
  ) -> NetworkBuilder.Features {
    let y = network.convolution(x, outputs, kernel: kernel, stride: stride, groups: groups, name: "\(name).0")
    let z = network.normalization(y, name: "\(name).1")
    return isActive ? network.relu(z, name: "\(name).relu") : z
  }
}
