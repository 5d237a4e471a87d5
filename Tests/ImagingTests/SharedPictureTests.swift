import Imaging
import Testing

/// Pictures that others made, against what Pillow (or libpng, where Pillow fails) makes of them.
@Suite(.enabled(if: Shared.pictures != nil, "../shared/data/image-decoding is not there"))
struct SharedPictureTests {
  struct Expectation: CustomTestStringConvertible {
    var file: String
    /// Width, height and checksum; `nil` where the file must be refused.
    var result: (width: Int, height: Int, checksum: UInt32)?
    var testDescription: String { file }

    static let all: [Expectation] = Expectations.pictures.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 4, let width = Int(words[1]), let height = Int(words[2]),
        let checksum = UInt32(words[3], radix: 16)
      else { return Expectation(file: String(words[0]), result: nil) }
      return Expectation(file: String(words[0]), result: (width, height, checksum))
    }
  }

  @Test("is decoded like Pillow says or refused", arguments: Expectation.all)
  func decodesLikePillow(_ expected: Expectation) throws {
    let bytes = try #require(Shared.bytes(of: expected.file))
    do throws(ImageError) {
      let image = try ImageDecoder().decode(bytes)
      #expect(image.width == expected.result?.width)
      #expect(image.height == expected.result?.height)
      #expect(image.checksum == expected.result?.checksum)
    } catch {
      #expect(expected.result == nil, "\(error.message)")
      #expect(!error.message.isEmpty)
    }
  }

  @Test("the table knows every file") func tableIsComplete() throws {
    #expect(Expectation.all.count == 218)
    #expect(Expectation.all.filter { $0.result == nil }.count == 24)
  }

  @Test("nine EXIF orientations of a photograph give one upright picture", arguments: 0...8)
  func orientation(_ value: Int) throws {
    let reference = try ImageDecoder().decode(#require(Shared.bytes(of: "jpeg/exif-landscape-1.jpg")))
    let image = try ImageDecoder().decode(#require(Shared.bytes(of: "jpeg/exif-landscape-\(value).jpg")))
    #expect(image.size == reference.size)
    // The files were turned and compressed again: equal but for JPEG's noise. Any wrong turn differs by tens.
    let difference = zip(image.samples, reference.samples).reduce(into: 0) { $0 += abs(Int($1.0) - Int($1.1)) }
    #expect(Double(difference) / Double(image.samples.count) < 4)
  }

  @Test("the 12-bit JPEG's error says what to do") func twelveBits() throws {
    let bytes = try #require(Shared.bytes(of: "jpeg/monkey12.jpg"))
    #expect(throws: ImageError.unsupported(.jpeg, reason: "a JPEG with 12 bits a sample; 8 are supported: convert it"))
    {
      try ImageDecoder().decode(bytes)
    }
  }

  @Test("a photograph decoded at an eighth looks like the whole one made smaller")
  func reducedDecoding() throws {
    let bytes = try #require(Shared.bytes(of: "jpeg/exif-landscape-6.jpg"))
    let small = try ImageDecoder(minimumShortSide: 150).decode(bytes)
    #expect(small.size == PixelSize(width: 225, height: 150))
    let whole = try ImageDecoder().decode(bytes).resized(width: 225, height: 150)
    let difference = zip(small.samples, whole.samples).reduce(into: 0) { $0 += abs(Int($1.0) - Int($1.1)) }
    #expect(Double(difference) / Double(small.samples.count) < 6)
  }
}
