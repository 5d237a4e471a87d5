import Imaging

extension Architecture {
  /// MobileNet (Howard et al., 2017) at full width: depthwise and pointwise convolutions in turn.
  static let mobileNetV1 = Architecture(
    name: "mobilenet-v1", summary: "MobileNet of 2017 for ImageNet, full width", inputSize: 224, classCount: 1000,
    minimumSide: 32, preprocessing: PreprocessingPreset.imagenet.preprocessing
  ) { network in
    func layer(
      _ x: NetworkBuilder.Features, _ outputs: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1, name: String
    ) -> NetworkBuilder.Features {
      let y = network.convolution(x, outputs, kernel: kernel, stride: stride, groups: groups, name: name)
      return network.relu6(network.normalization(y, name: "\(name).bn"), name: "\(name).relu6")
    }
    var x = layer(network.input(), 32, stride: 2, name: "stem")
    let blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + Array(repeating: (512, 1), count: 5)
    for (index, (channels, stride)) in (blocks + [(1024, 2), (1024, 1)]).enumerated() {
      x = layer(x, x.channels, stride: stride, groups: x.channels, name: "blocks.\(index).depthwise")
      x = layer(x, channels, kernel: 1, name: "blocks.\(index).pointwise")
    }
    network.classifier(x, name: "classifier", .normal)
  }
}
