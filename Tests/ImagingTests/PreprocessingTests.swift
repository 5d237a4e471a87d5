import Imaging
import Testing

struct PreprocessingTests {
  struct Expectation: CustomTestStringConvertible {
    var line: Substring
    var testDescription: String { String(line) }
    static let all = Expectations.preprocessed.split(separator: "\n").map(Expectation.init)
  }

  static func apply(_ description: Preprocessing, _ image: RGBImage, _ layout: TensorLayout, count: Int) throws
    -> [Float]
  {
    var output = [Float](repeating: .nan, count: count)
    let result = output.withUnsafeMutableBufferPointer { output -> Result<Void, ImageError> in
      do throws(ImageError) {
        return .success(try description.apply(image, into: output, layout: layout))
      } catch { return .failure(error) }
    }
    try result.get()
    return output
  }

  @Test("gives the numbers of torchvision and of scripts around Pillow to the bit", arguments: Expectation.all)
  func likePipelines(_ expected: Expectation) throws {
    let words = expected.line.split(separator: " ")
    let side = try #require(Int(words[4]))
    let image = try RGBImage.noise(
      width: #require(Int(words[1])), height: #require(Int(words[2])), seed: #require(UInt64(words[0])))
    let preset = try #require(PreprocessingPreset(rawValue: String(words[3])))
    let layout: TensorLayout = words[5] == "nhwc" ? .nhwc(width: side, height: side) : .nchw(width: side, height: side)
    let numbers = try Self.apply(
      preset.preprocessing(inputSize: PixelSize(square: side)), image, layout, count: 3 * side * side)
    let bytes = numbers.flatMap { number in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number.bitPattern >> $0) }
    }
    #expect(String(CRC32.of(bytes), radix: 16) == String(words[6].drop { $0 == "0" }))
  }

  @Test("any strides") func strides() throws {
    let image = try RGBImage.noise(width: 5, height: 4, seed: 9)
    let layout = TensorLayout(width: 5, height: 4, pixelStride: 4, rowStride: 23, channelStride: 1)
    let output = try Self.apply(Preprocessing(), image, layout, count: 4 * 4 + 3 * 23 + 3)
    let samples = image.samples
    for y in 0..<4 {
      for x in 0..<5 {
        for channel in 0..<3 { #expect(output[x * 4 + y * 23 + channel] == Float(samples[(y * 5 + x) * 3 + channel])) }
      }
    }
    #expect(output.filter(\.isNaN).count == output.count - 60)
  }

  @Test("wrong sizes are refused") func wrongSizes() throws {
    let image = try RGBImage.noise(width: 5, height: 4, seed: 9)
    let description = Preprocessing()
    for (layout, count) in [
      (TensorLayout.nhwc(width: 4, height: 5), 60), (.nhwc(width: 5, height: 4), 59), (.nchw(width: 5, height: 4), 59),
      (TensorLayout(width: 5, height: 4, pixelStride: -3, rowStride: 15, channelStride: 1), 1000),
      (TensorLayout(width: 5, height: 4, pixelStride: .max, rowStride: .max, channelStride: .max), 60),
    ] {
      #expect(throws: ImageError.self) { try Self.apply(description, image, layout, count: count) }
    }
  }

  @Test("a picture smaller than the crop gets a black frame") func frame() throws {
    let image = try RGBImage(width: 2, height: 1, samples: [1, 2, 3, 4, 5, 6])
    let prepared = try Preprocessing(crop: PixelSize(width: 4, height: 2)).prepare(image)
    #expect(prepared.samples == [0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0] + [UInt8](repeating: 0, count: 12))
    // As torchvision's center_crop: (4 - 1) / 2 columns before, rounded down.
    let narrow = try Preprocessing(crop: PixelSize(width: 4, height: 1)).prepare(
      RGBImage(width: 1, height: 1, samples: [1, 2, 3]))
    #expect(narrow.samples == [0, 0, 0, 1, 2, 3] + [UInt8](repeating: 0, count: 6))
  }

  @Test(
    "presets fit the network's input",
    arguments: [
      (PreprocessingPreset.imagenet, 224, 256), (.imagenet, 299, 342), (.inception, 128, 146), (.inception, 224, 256),
      (.caffe, 227, 256), (.caffe, 224, 253), (.cifar10, 32, 32),
    ])
  func presets(_ preset: PreprocessingPreset, side: Int, short: Int) {
    let description = preset.preprocessing(inputSize: PixelSize(square: side))
    #expect(description.resize == .shortSide(short))
    #expect(description.outputSize == PixelSize(square: side))
    #expect(description.channels == (preset == .caffe ? .bgr : .rgb))
  }

  @Test("decoders never go below twice the size that is resized to") func decoder() {
    #expect(Preprocessing().decoder().minimumShortSide == nil)
    #expect(Preprocessing(resize: .shortSide(256)).decoder().minimumShortSide == 512)
    let size = PixelSize(width: 20, height: 30)
    #expect(Preprocessing(resize: .exact(size)).decoder().minimumShortSide == 60)
    #expect(Preprocessing(background: .black).decoder().background == .black)
  }
}
