import Datasets
import Foundation
import Imaging

/// Random pictures of 32 x 32 pixels in a CIFAR-10 batch of its own, removed with the value that holds it.
final class PictureFixture {
  let path: String
  let dataset: Dataset

  init(count: Int) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString).bin").path
    var generator = SeededGenerator(seed: 11)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 3073)
    for index in 0..<count {
      bytes.append(UInt8(index % 10))
      for _ in 0..<384 {
        var bits = generator.next()
        for _ in 0..<8 {
          bytes.append(UInt8(truncatingIfNeeded: bits))
          bits >>= 8
        }
      }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    dataset = try Dataset.open(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  static var preprocessing: Preprocessing {
    PreprocessingPreset.cifar10.preprocessing(inputSize: PixelSize(square: 32))
  }

  /// The pictures, in memory or not.
  func decoded(
    inMemory: Bool = true, preprocessing: Preprocessing = preprocessing, threads: Int = 1
  ) throws -> DecodedDataset {
    try DecodedDataset(
      dataset, preprocessing: preprocessing, frame: PixelSize(square: 32), memoryLimit: inMemory ? .max : 0,
      threads: threads)
  }
}

extension BatchContent: CustomStringConvertible {
  var description: String { "\(indices.count) pictures from \(position)" }
}

/// All that a batch holds.
struct BatchContent: Equatable {
  let position: Int
  let indices: [Int]
  let labels: [Int]
  let images: [Float]
  let targets: [Float]
}
