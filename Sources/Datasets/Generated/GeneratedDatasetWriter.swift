import CPlatform

/// Writes a generated data set as a folder of class folders: `CLASS/NNNN.jpg`, numbered within each class.
///
/// Every file is complete or absent, and the folder remembers what it was made from, so the same call goes on where
/// one was interrupted. Files of others are never touched: a folder that holds any is refused.
package struct GeneratedDatasetWriter: Sendable {
  /// How many pictures may be asked for.
  package static let counts = 1...10_000_000
  private static let recordName = ".edge-run-dataset"

  private let dataset: GeneratedDataset
  private let folder: String
  private let count: Int
  private let seed: UInt64
  private let size: Int

  /// - Parameters:
  ///   - folder: is made where it does not exist.
  ///   - count: pictures of all classes together; classes take turns.
  ///   - size: width and height of each; the data set's default where nil.
  package init(
    _ dataset: GeneratedDataset, folder: String, count: Int = GeneratedDataset.defaultCount, seed: UInt64 = 1,
    size: Int? = nil
  ) {
    self.dataset = dataset
    self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    self.count = count
    self.seed = seed
    self.size = size ?? dataset.defaultSize
  }

  /// Draws and writes what is missing.
  ///
  /// - Parameters:
  ///   - threads: how many draw.
  ///   - progress: is told how many of all pictures are there; ends the work by returning false, which throws
  ///     `interrupted`.
  package func write(
    threads: Int, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) throws(DatasetError) {
    guard Self.counts.contains(count) else {
      throw .invalidOption(name: "images", reason: "\(count) is not within \(Self.counts)")
    }
    guard GeneratedDataset.sizes.contains(size) else {
      throw .invalidOption(name: "size", reason: "\(size) is not within \(GeneratedDataset.sizes)")
    }
    try prepareFolder()
    var missing: [Int] = []
    for index in 0..<count {
      switch FileSystem.kind(of: path(ofPicture: index)) {
      case nil: missing.append(index)
      case .file: break
      case .folder, .other: throw .cannotCreate(path: path(ofPicture: index), reason: "something else is there")
      }
    }
    guard progress(count - missing.count, count) else { throw .interrupted(path: folder) }
    // The threads that draw also write: waiting for the disk then costs little.
    let written = Prefetcher(count: missing.count, threads: threads) { [self, missing] index throws(DatasetError) in
      let picture = try dataset.picture(index: missing[index], seed: seed, size: size)
      try write(picture.jpeg, to: path(ofPicture: missing[index]), replace: false)
    }
    // Nothing is written any more once this returns or throws.
    defer { written.stop() }
    var done = count - missing.count
    for outcome in written {
      switch outcome {
      case .success: done += 1
      case .failure(let error): throw error
      }
      guard progress(done, count) else { throw .interrupted(path: folder) }
    }
  }

  /// Where a picture goes.
  private func path(ofPicture index: Int) -> String {
    let number = String(index / dataset.classNames.count)
    let zeros = String(repeating: "0", count: max(0, 4 - number.count))
    return "\(folder)/\(dataset.classNames[dataset.classIndex(ofPicture: index)])/\(zeros)\(number).jpg"
  }

  /// Makes the folders, unless there is something in the way.
  private func prepareFolder() throws(DatasetError) {
    try FileSystem.createFolder(folder)
    let present = try FileSystem.list(folder, limit: 1_000_000)
    let record = folder + "/" + Self.recordName
    let origin = "\(dataset.rawValue) version \(dataset.version) seed \(seed) size \(size)"
    var recorded = 0
    if FileSystem.kind(of: record) == nil {
      if let other = present.first {
        throw .cannotCreate(
          path: folder, reason: "the folder already holds '\(other.name)'; choose a new or an empty one")
      }
    } else {
      recorded = try recordedCount(in: record, origin: origin)
      if let other = present.first(where: { $0.kind != .folder || !dataset.classNames.contains($0.name) }) {
        throw .cannotCreate(
          path: folder, reason: "the folder holds '\(other.name)', which is no part of this data set; remove it")
      }
    }
    guard recorded <= count else {
      throw .cannotCreate(
        path: folder,
        reason: "the folder already holds \(recorded) pictures of this data set; choose another for \(count)")
    }
    if recorded < count { try write(Array("\(origin) images \(count)\n".utf8), to: record, replace: true) }
    for index in 0..<min(count, dataset.classNames.count) {
      try FileSystem.createFolder(folder + "/" + dataset.classNames[dataset.classIndex(ofPicture: index)])
    }
  }

  /// How many pictures were asked for when the folder was last written to.
  private func recordedCount(in record: String, origin: String) throws(DatasetError) -> Int {
    let file = try RandomAccessFile(path: record)
    let text = String(decoding: try file.read(at: 0, count: Int(min(file.byteCount, 1024))), as: UTF8.self)
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard words.count >= 2, words.dropLast(2).joined(separator: " ") == origin, let count = Int(words[words.count - 1])
    else {
      throw .cannotCreate(
        path: folder,
        reason:
          "the folder holds pictures made otherwise (\(text.prefix { $0 != "\n" })), not \(origin); choose another")
    }
    return count
  }

  private func write(_ bytes: [UInt8], to path: String, replace: Bool) throws(DatasetError) {
    let code = bytes.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, replace) }
    guard code == 0 else { throw .writeFailed(path: path, reason: FileSystem.errorText(code)) }
  }
}
