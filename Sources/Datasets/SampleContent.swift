/// What a sample holds: a file still to be decoded, or pixels.
package enum SampleContent: Sendable, Equatable {
  /// The bytes of a JPEG or PNG file, never empty.
  case encoded([UInt8])
  /// Interleaved RGB, 8 bits a channel, rows from the top: `height * width * 3` bytes.
  case pixels(width: Int, height: Int, rgb: [UInt8])
}
