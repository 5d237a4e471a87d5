import CPlatform
import Classification
import Foundation
import Imaging
import Testing

@Suite struct MotionJPEGReaderTests {
  /// Reads a stream of these bytes until its end.
  private func pictures(_ bytes: [UInt8], limit: Int = 64 << 20) throws -> [[UInt8]] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("edge-run-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let descriptor = ep_open_read(file.path)
    try #require(descriptor >= 0)
    defer { ep_close(descriptor) }
    var reader = MotionJPEGReader(descriptor: descriptor, limit: limit)
    var result: [[UInt8]] = []
    while let picture = try reader.next({ Array($0) }) { result.append(picture) }
    return result
  }

  private func jpeg(_ seed: UInt64, width: Int, height: Int) throws -> [UInt8] {
    var state = seed
    let image = try RGBImage(width: width, height: height) { pixels in
      for index in pixels.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        pixels[index] = UInt8(truncatingIfNeeded: state >> 56)
      }
    }
    return try ImageEncoder.jpeg(image, quality: 90)
  }

  @Test func cutsPicturesApart() throws {
    // The second is larger than the reader's first buffer.
    let frames = try [jpeg(1, width: 20, height: 10), jpeg(2, width: 400, height: 300), jpeg(3, width: 8, height: 8)]
    #expect(frames[1].count > 1 << 16)
    #expect(try pictures(frames.flatMap { $0 }) == frames)
  }

  @Test func skipsWhatLiesBetween() throws {
    let frames = try [jpeg(1, width: 20, height: 10), jpeg(2, width: 30, height: 20)]
    let header = Array("--boundary\r\nContent-Type: image/jpeg\r\n\r\n".utf8)
    let stream = header + frames[0] + [0xff, 0x00, 0xff, 0xff] + header + frames[1] + Array("\r\n--boundary--".utf8)
    #expect(try pictures(stream) == frames)
    #expect(try pictures([]) == [])
    #expect(try pictures(header) == [])
    #expect(try pictures([0xff]) == [])
  }

  @Test func aThumbnailIsNoPicture() throws {
    let thumbnail = try jpeg(1, width: 8, height: 8)
    let frame = try jpeg(2, width: 16, height: 16)
    let length = thumbnail.count + 2
    let segment = [0xff, 0xe1, UInt8(length >> 8), UInt8(length & 255)] + thumbnail
    let whole = Array(frame[..<2]) + segment + Array(frame[2...])
    #expect(try pictures(whole + frame) == [whole, frame])
  }

  @Test func aPictureThatBreaksOffIsHandedOut() throws {
    let frame = try jpeg(2, width: 64, height: 64)
    let broken = Array(frame[..<(frame.count / 2)])
    #expect(try pictures(broken + frame) == [broken, frame])
    #expect(try pictures(frame + broken) == [frame, broken])
  }

  @Test func aPictureWithoutEndIsAnError() throws {
    let frame = try jpeg(2, width: 64, height: 64)
    let endless = Array(frame[..<(frame.count - 2)]) + [UInt8](repeating: 1, count: 300_000)
    #expect {
      try pictures(endless, limit: 200_000)
    } throws: { error in
      (error as? ClassificationError)?.exitCode == 65
    }
  }

  @Test func damagedStreamsNeitherHangNorCrash() throws {
    let frame = try jpeg(7, width: 16, height: 16)
    let stream = frame + frame + frame
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<300 {
      var damaged = stream
      for _ in 0..<(1 + random(8)) { damaged[random(damaged.count)] = UInt8(random(256)) }
      damaged.removeLast(random(damaged.count))
      for picture in try pictures(damaged) { #expect(picture.count <= damaged.count) }
    }
  }
}
