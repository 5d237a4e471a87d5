import CJPEG
import Foundation

/// Encodes JPEG files of every kind that libjpeg can write; the product itself writes only one.
struct JPEGBuilder {
  var width: Int
  var height: Int
  /// Interleaved samples of 1, 2, 3 (RGB) or 4 (CMYK) components, selected by `components`.
  var samples: [UInt8]
  var components = 3
  /// How the components are stored.
  var storedAs = JCS_YCbCr
  var quality: Int32 = 90
  var isProgressive = false
  var isArithmetic = false
  /// Sampling factors of the first component; the others have 1 x 1.
  var sampling: (horizontal: Int32, vertical: Int32) = (1, 1)
  var restartInterval: UInt32 = 0

  var bytes: [UInt8] {
    let cinfo = UnsafeMutablePointer<jpeg_compress_struct>.allocate(capacity: 1)
    let errors = UnsafeMutablePointer<jpeg_error_mgr>.allocate(capacity: 1)
    cinfo.initialize(to: jpeg_compress_struct())
    errors.initialize(to: jpeg_error_mgr())
    var output: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    defer {
      jpeg_destroy_compress(cinfo)
      free(output)
      cinfo.deallocate()
      errors.deallocate()
    }
    cinfo.pointee.err = jpeg_std_error(errors)
    jpeg_CreateCompress(cinfo, JPEG_LIB_VERSION, MemoryLayout<jpeg_compress_struct>.size)
    jpeg_mem_dest(cinfo, &output, &count)
    cinfo.pointee.image_width = UInt32(width)
    cinfo.pointee.image_height = UInt32(height)
    cinfo.pointee.input_components = Int32(components)
    cinfo.pointee.in_color_space = [1: JCS_GRAYSCALE, 3: JCS_RGB, 4: JCS_CMYK][components] ?? JCS_UNKNOWN
    jpeg_set_defaults(cinfo)
    jpeg_set_colorspace(cinfo, components == 2 ? JCS_UNKNOWN : components == 1 ? JCS_GRAYSCALE : storedAs)
    jpeg_set_quality(cinfo, quality, 1)
    for index in 0..<components {
      cinfo.pointee.comp_info[index].h_samp_factor = index == 0 ? sampling.horizontal : 1
      cinfo.pointee.comp_info[index].v_samp_factor = index == 0 ? sampling.vertical : 1
    }
    cinfo.pointee.arith_code = isArithmetic ? 1 : 0
    cinfo.pointee.restart_interval = restartInterval
    if isProgressive { jpeg_simple_progression(cinfo) }
    jpeg_start_compress(cinfo, 1)
    var samples = samples
    samples.withUnsafeMutableBufferPointer { samples in
      for y in 0..<height {
        var row: JSAMPROW? = samples.baseAddress.map { $0 + y * width * components }
        jpeg_write_scanlines(cinfo, &row, 1)
      }
    }
    jpeg_finish_compress(cinfo)
    return [UInt8](UnsafeBufferPointer(start: output, count: Int(count)))
  }
}

extension JPEGBuilder {
  /// Where the first marker of one of the given kinds stands (the position of its 0xFF) in a file without damage.
  static func position(of markers: ClosedRange<UInt8>, in bytes: [UInt8]) -> Int? {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      if markers.contains(bytes[position + 1]) { return position }
      position += 2 + Int(bytes[position + 2]) << 8 + Int(bytes[position + 3])
    }
    return nil
  }

  /// The file with another size in its frame header.
  static func resized(_ bytes: [UInt8], width: Int, height: Int) -> [UInt8] {
    var changed = bytes
    guard let frame = position(of: 0xC0...0xC2, in: bytes) ?? position(of: 0xC9...0xCA, in: bytes) else { return bytes }
    changed.replaceSubrange(
      frame + 5..<frame + 9,
      with: [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255)])
    return changed
  }
}
