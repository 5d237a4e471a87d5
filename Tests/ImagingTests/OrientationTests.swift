import Imaging
import Testing

struct OrientationTests {
  /// Where pixel (x, y) of an upright picture of `width` x `height` lies in the stored one, from the words of EXIF's
  /// standard: "the 0th row is the visual ... of the image, the 0th column is the visual ...".
  static func stored(_ x: Int, _ y: Int, width: Int, height: Int, orientation: Int) -> (x: Int, y: Int) {
    switch orientation {
    case 2: (width - 1 - x, y)  // Top, right.
    case 3: (width - 1 - x, height - 1 - y)  // Bottom, right.
    case 4: (x, height - 1 - y)  // Bottom, left.
    case 5: (y, x)  // Left, top.
    case 6: (y, width - 1 - x)  // Right, top.
    case 7: (height - 1 - y, width - 1 - x)  // Right, bottom.
    case 8: (height - 1 - y, x)  // Left, bottom.
    default: (x, y)  // Top, left.
    }
  }

  static func upright(_ image: RGBImage, orientation: Int) -> (size: PixelSize, samples: [UInt8]) {
    let swaps = (5...8).contains(orientation)
    let size = swaps ? PixelSize(width: image.height, height: image.width) : image.size
    let from = image.samples
    var samples: [UInt8] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        let (u, v) = stored(x, y, width: size.width, height: size.height, orientation: orientation)
        samples += from[(v * image.width + u) * 3..<(v * image.width + u) * 3 + 3]
      }
    }
    return (size, samples)
  }

  @Test("pictures are turned upright", arguments: 0...9, [false, true])
  func turns(_ orientation: Int, littleEndian: Bool) throws {
    for type in [3, 4] {
      let tiff = Exif.tiff(orientation: orientation, littleEndian: littleEndian, type: type)
      let waves = try RGBImage.waves(width: 37, height: 21)
      let jpeg = try JPEGDecodingTests.waves(width: 37, height: 21).bytes
      let png = try ImageEncoder.png(waves)
      let chunk = PNGBuilder.chunk("eXIf", tiff)
      for (plain, tagged) in [
        (jpeg, Exif.insert(tiff, intoJPEG: jpeg)), (png, Array(png[..<33]) + chunk + Array(png[33...])),
        (png, Array(png.dropLast(12)) + chunk + Array(png.suffix(12))),
      ] {
        let expected = try Self.upright(ImageDecoder().decode(plain), orientation: orientation)
        let image = try ImageDecoder().decode(tagged)
        #expect(image.size == expected.size)
        #expect(image.samples == expected.samples)
      }
    }
  }

  @Test("interlaced and transparent pictures turn, too", arguments: 1...8)
  func turnsEveryPNG(_ orientation: Int) throws {
    for interlaced in [false, true] {
      let kind = PNGDecodingTests.Kind(
        colorType: .rgba, depth: 8, hasTransparency: false, isInterlaced: interlaced)
      var png = PNGDecodingTests.builder(kind, width: 11, height: 6, seed: 2)
      let expected = try Self.upright(ImageDecoder().decode(png.bytes), orientation: orientation)
      png.ancillary = [("eXIf", Exif.tiff(orientation: orientation, littleEndian: true))]
      let image = try ImageDecoder().decode(png.bytes)
      #expect(image.size == expected.size)
      #expect(image.samples == expected.samples)
    }
  }

  @Test("CMYK pictures turn, too") func turnsInks() throws {
    var jpeg = JPEGDecodingTests.blocks(components: 4)
    jpeg.storedAs = .init(4)  // JCS_CMYK
    let expected = try Self.upright(ImageDecoder().decode(jpeg.bytes), orientation: 6)
    let tagged = Exif.insert(Exif.tiff(orientation: 6, littleEndian: false), intoJPEG: jpeg.bytes)
    #expect(try ImageDecoder().decode(tagged).samples == expected.samples)
  }

  @Test("damaged EXIF data means upright, not an error") func damaged() throws {
    let jpeg = try JPEGDecodingTests.waves(width: 9, height: 5).bytes
    let plain = try ImageDecoder().decode(jpeg)
    let good = Exif.tiff(orientation: 6, littleEndian: true)
    var wrong: [[UInt8]] = [[], [0x49], Array(good[..<8]), Array(good[..<9]), Array(good[..<30])]
    for (offset, value) in [(0, 0x58), (2, 43), (4, 255), (7, 255), (22, 0x13), (24, 9), (30, 9), (31, 1)] {
      var changed = good
      changed[offset] = UInt8(value)
      wrong.append(changed)
    }
    for tiff in wrong {
      let image = try ImageDecoder().decode(Exif.insert(tiff, intoJPEG: jpeg))
      #expect(image.size == plain.size)
      #expect(image.samples == plain.samples)
    }
  }

  @Test("the first EXIF segment counts; other segments are passed over") func segments() throws {
    let jpeg = try JPEGDecodingTests.waves(width: 9, height: 5).bytes
    let first = Exif.insert(Exif.tiff(orientation: 3, littleEndian: true), intoJPEG: jpeg)
    let both = Exif.insert(Exif.tiff(orientation: 6, littleEndian: false), intoJPEG: first)
    #expect(try ImageDecoder().decode(both).size == PixelSize(width: 5, height: 9))
    let comment: [UInt8] = [0xFF, 0xFE, 0, 5, 0x45, 0x78, 0x69, 0xFF]  // Ends with a fill byte.
    let padded = Array(jpeg[..<2]) + comment + Array(both[2...])
    #expect(try ImageDecoder().decode(padded).size == PixelSize(width: 5, height: 9))
  }
}
