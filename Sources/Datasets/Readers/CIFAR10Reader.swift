/// Reads the official CIFAR-10 binary batches: records of one label byte, then 32 x 32 red, green and blue pixels,
/// plane by plane, rows from the top.
enum CIFAR10Reader {
  static let side = 32
  static let pixelBytes = side * side * 3
  static let recordBytes = 1 + pixelBytes
  static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  /// The parts, with the files of each.
  static let splits = [
    (name: "train", files: (1...5).map { "data_batch_\($0).bin" }),
    (name: "test", files: ["test_batch.bin"]),
  ]

  /// The batches of a part that lie in the folder.
  static func batches(in folder: String, split: String) -> [String] {
    splits.filter { $0.name == split }.flatMap(\.files).map { folder + "/" + $0 }
      .filter { FileSystem.kind(of: $0) == .file }
  }

  /// Reads the labels of all records of the files; pixels are read when they are asked for.
  static func read<Source: ByteSource>(_ files: [Source], limits: DatasetLimits) throws(DatasetError) -> [Sample] {
    // A megabyte or so at a time.
    let recordsAtOnce = 341
    var samples: [Sample] = []
    for (index, file) in files.enumerated() {
      guard file.byteCount > 0, file.byteCount % UInt64(recordBytes) == 0 else {
        throw .wrongRecordSize(path: file.path, bytes: file.byteCount, recordBytes: recordBytes)
      }
      let records = file.byteCount / UInt64(recordBytes)
      guard records <= UInt64(limits.samples - samples.count) else {
        throw .limitExceeded(path: file.path, what: "pictures", limit: limits.samples)
      }
      var record = 0
      while record < Int(records) {
        let count = min(recordsAtOnce, Int(records) - record)
        let bytes = try file.read(at: UInt64(record) * UInt64(recordBytes), count: count * recordBytes)
        for offset in 0..<count {
          let label = Int(bytes[offset * recordBytes])
          guard label < classNames.count else {
            throw .badLabel(path: file.path, record: record + offset, label: label, classes: classNames.count)
          }
          samples.append(Sample(classIndex: label, location: .record(file: index, record: record + offset)))
        }
        record += count
      }
    }
    return samples
  }

  /// The pixels of one record, interleaved.
  static func pixels<Source: ByteSource>(of file: Source, record: Int) throws(DatasetError) -> SampleContent {
    let planes = try file.read(at: UInt64(record) * UInt64(recordBytes) + 1, count: pixelBytes)
    let plane = side * side
    var rgb = [UInt8](repeating: 0, count: pixelBytes)
    for pixel in 0..<plane {
      rgb[pixel * 3] = planes[pixel]
      rgb[pixel * 3 + 1] = planes[plane + pixel]
      rgb[pixel * 3 + 2] = planes[2 * plane + pixel]
    }
    return .pixels(width: side, height: side, rgb: rgb)
  }
}
