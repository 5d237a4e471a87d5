import Imaging
import TestSupport
import Testing

struct PreprocessingTextTests {
  @Test("what is written is read back") func roundTrip() throws {
    var descriptions = PreprocessingPreset.allCases.map {
      $0.preprocessing(inputSize: PixelSize(width: 96, height: 224))
    }
    descriptions.append(Preprocessing())
    descriptions.append(
      Preprocessing(
        resize: .exact(PixelSize(width: 320, height: 17)), interpolation: .bicubic, crop: nil, channels: .bgr,
        divisor: 1e-5, mean: SIMD3(-0.1, 1e10, 3.1415927), standardDeviation: SIMD3(1e-12, 0.333333343, 70000),
        background: RGBColor(red: 1, green: 2, blue: 3)))
    for description in descriptions {
      #expect(try Preprocessing(text: description.text) == description)
    }
  }

  @Test("the text form is stable") func stable() {
    let text = PreprocessingPreset.caffe.preprocessing(inputSize: PixelSize(square: 227)).text
    #expect(
      text == """
        resize = short-side 256
        interpolation = bilinear
        crop = 227x227
        rounding = nearest
        channels = bgr
        divide-by = 1.0
        mean = 104.0 117.0 123.0
        std = 1.0 1.0 1.0
        background = 255 255 255

        """)
  }

  @Test("comments, blank lines, commas, Windows line ends") func lenience() throws {
    let text = "# mine\r\n\r\n  crop=224 # square\r\n\tmean = 0.5, .25,1e-1\r\nresize = none"
    let expected = Preprocessing(crop: PixelSize(square: 224), mean: SIMD3(0.5, 0.25, 0.1))
    #expect(try Preprocessing(text: text) == expected)
  }

  @Test(
    "errors name line and key",
    arguments: [
      ("", 0, "no 'key = value' line"),
      ("# only\n", 0, "no 'key = value' line"),
      ("crop 224", 1, "expected 'key = value', found 'crop 224'"),
      ("\nmeans = 1 2 3", 2, "unknown key 'means'; did you mean 'mean'?"),
      ("sdt = 1 2 3", 1, "did you mean 'std'?"),
      ("Resize = none", 1, "did you mean 'resize'?"),
      ("colour = red", 1, "unknown key 'colour'; keys are resize, interpolation,"),
      ("crop = 1\ncrop = 2", 2, "key 'crop' was given before"),
      ("crop = 0", 1, "key 'crop': expected none, N or WxH with 1 to 16384 pixels, found '0'"),
      ("crop = 16385", 1, "key 'crop'"),
      ("crop = 2x3x4", 1, "key 'crop'"),
      ("crop = x", 1, "key 'crop'"),
      ("crop = 99999999999999999999", 1, "key 'crop'"),
      ("crop =", 1, "key 'crop'"),
      ("resize = 256", 1, "key 'resize': expected none, 'short-side N' or 'exact WxH'"),
      ("resize = short-side", 1, "key 'resize'"),
      ("resize = short-side 1x2", 1, "key 'resize'"),
      ("interpolation = lanczos", 1, "expected nearest, bilinear or bicubic, found 'lanczos'"),
      ("rounding = up", 1, "expected torchvision or nearest, found 'up'"),
      ("channels = gbr", 1, "expected rgb or bgr"),
      ("mean = 1 2", 1, "expected three numbers, found '1 2'"),
      ("mean = 1 2 3 4", 1, "three numbers"),
      ("mean = 1 2 nan", 1, "three numbers"),
      ("mean = 1 2 0x3", 1, "three numbers"),
      ("mean = 1 2 1.2.3", 1, "three numbers"),
      ("mean = 1 2 1e400", 1, "three numbers"),
      ("mean = 1 2 1e", 1, "three numbers"),
      ("mean = 1 2 .", 1, "three numbers"),
      ("mean = 1 2 1234567890123456", 1, "three numbers"),
      ("std = 1 0 1", 1, "three numbers above 0"),
      ("std = 1 -1 1", 1, "three numbers above 0"),
      ("divide-by = 0", 1, "a number above 0"),
      ("background = 1 2 256", 1, "three whole numbers from 0 to 255"),
      ("background = 1 2 2.5", 1, "three whole numbers from 0 to 255"),
    ])
  func errors(text: String, line: Int, reason: String) {
    #expect("\(text)") { try Preprocessing(text: text) } throws: { error in
      guard case .invalidPreprocessing(line, let found)? = error as? ImageError else { return false }
      return found.contains(reason)
    }
  }

  @Test("a text without end is not read") func limit() {
    let text = String(repeating: "# nothing\n", count: 100_000)
    #expect(throws: ImageError.invalidPreprocessing(line: 0, reason: "the text is longer than 65536 bytes")) {
      try Preprocessing(text: text)
    }
  }

  @Test("numbers are the nearest that there are") func numbers() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<2_000 {
      let digits = String(random.below(1_000_000_000))
      let text = digits.prefix(3) + "." + digits.dropFirst(3) + "e" + String(random.below(20) - 10)
      let read = try Preprocessing(text: "mean = 0 0 \(text)").mean.z
      #expect(try read == Float(#require(Double(String(text)))))
    }
  }
}
