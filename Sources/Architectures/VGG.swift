import Imaging

extension Architecture {
  /// VGG-16 with batch normalisation (Simonyan and Zisserman, 2014) as it is used on CIFAR: thirteen convolutions and
  /// one fully connected layer.
  static let vgg16 = Architecture(
    name: "vgg16-bn", summary: "VGG-16 with batch normalisation for CIFAR, one fully connected layer", inputSize: 32,
    classCount: 10, minimumSide: 32, preprocessing: PreprocessingPreset.cifar10.preprocessing
  ) { network in
    var x = network.input()
    for (stage, widths) in [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]].enumerated() {
      for (layer, channels) in widths.enumerated() {
        let name = "conv\(stage + 1)_\(layer + 1)"
        x = network.normalization(network.convolution(x, channels, name: name), name: "\(name).bn")
        x = network.relu(x, name: "\(name).relu")
      }
      x = network.pool("MaxPool", x, kernel: 2, stride: 2, name: "pool\(stage + 1)")
    }
    network.classifier(x, name: "classifier", .normal)
  }
}
