import Imaging

extension Architecture {
  /// DenseNet with 40 layers and growth rate 12 (Huang et al., 2016), without bottlenecks, for CIFAR. The stem has twice
  /// the growth rate, as in the authors' program and in the literature on pruning (the paper's text says 16). Layer
  /// names as in torchvision.
  static let denseNet40 = Architecture(
    name: "densenet40", summary: "DenseNet-40 for CIFAR, growth rate 12", inputSize: 32, classCount: 10,
    minimumSide: 8, preprocessing: PreprocessingPreset.cifar10.preprocessing
  ) { network in
    let growth = 12
    var x = network.convolution(network.input(), 2 * growth, name: "features.conv0")
    for block in 1...3 {
      for layer in 1...12 {
        let name = "features.denseblock\(block).denselayer\(layer)"
        let y = network.relu(network.normalization(x, name: "\(name).norm1"), name: "\(name).relu1")
        x = network.concatenation(
          x, network.convolution(y, growth, name: "\(name).conv1"), name: "\(name).concat")
      }
      guard block < 3 else { break }
      let name = "features.transition\(block)"
      x = network.relu(network.normalization(x, name: "\(name).norm"), name: "\(name).relu")
      x = network.convolution(x, x.channels, kernel: 1, name: "\(name).conv")
      x = network.pool("AveragePool", x, kernel: 2, stride: 2, name: "\(name).pool")
    }
    x = network.relu(network.normalization(x, name: "features.norm5"), name: "features.relu5")
    network.classifier(x, name: "classifier", .uniformWithoutBias)
  }
}
