extension Dataset {
  /// Opens a data set of whatever kind lies at the path: a folder of class folders, the same in a tar archive, CIFAR-10
  /// binary batches (their folder or one `.bin` file), a folder with `index.csv`, or a `.csv` file of that form.
  ///
  /// - Parameters:
  ///   - path: a folder or file.
  ///   - split: the part to take where the layout has parts (`train`, `test`, ... as sub-folders, as folders inside the
  ///     archive, or as the CIFAR-10 batches of that part).
  ///   - purpose: decides the part where the layout has parts and none was named.
  ///   - limits: what is refused.
  package static func open(
    _ path: String, split: String? = nil, for purpose: DatasetPurpose = .evaluation,
    limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    switch FileSystem.kind(of: path) {
    case nil: throw .missing(path: path)
    case .other: throw .unrecognised(path: path, reason: "neither a folder nor a regular file")
    case .file: return try openFile(path, split: split, preferred: purpose.parts, limits: limits)
    case .folder: return try openFolder(path, split: split, preferred: purpose.parts, limits: limits)
    }
  }

  private static func openFile(
    _ path: String, split: String?, preferred: [String], limits: DatasetLimits
  ) throws(DatasetError) -> Dataset {
    let lowered = path.lowercased()
    if lowered.hasSuffix(".csv") {
      try refuse(split, path: path)
      return try openIndex(path, limits: limits)
    }
    if lowered.hasSuffix(".bin") {
      try refuse(split, path: path)
      return try openBatches([path], path: path, split: nil, limits: limits)
    }
    let file = try RandomAccessFile(path: path)
    if let reason = try compression(of: file) { throw .unrecognised(path: path, reason: reason) }
    guard lowered.hasSuffix(".tar") || isArchive(file, limits: limits) else {
      throw .unrecognised(path: path, reason: "its name does not end in .tar, .bin or .csv, and it is no tar archive")
    }
    let result = try ArchiveReader.read(file, split: split, preferred: preferred, limits: limits)
    return Dataset(
      path: path, kind: .archive, split: result.split, classNames: result.classNames, samples: result.samples,
      ignoredFiles: result.ignored, storage: .archive(file), limits: limits)
  }

  private static func openFolder(
    _ path: String, split: String?, preferred: [String], limits: DatasetLimits
  ) throws(DatasetError) -> Dataset {
    if let split, !split.isEmpty, !split.contains("/"), split != ".", split != "..",
      FileSystem.kind(of: path + "/" + split) == .folder
    {
      let part = try openFolder(path + "/" + split, split: nil, preferred: preferred, limits: limits)
      return part.named(split: split)
    }
    if FileSystem.kind(of: path + "/index.csv") == .file {
      try refuse(split, path: path)
      return try openIndex(path + "/index.csv", limits: limits)
    }
    for folder in [path, path + "/cifar-10-batches-bin"] {
      let available = CIFAR10Reader.splits.map(\.name)
        .filter { !CIFAR10Reader.batches(in: folder, split: $0).isEmpty }
      if available.isEmpty { continue }
      let chosen = try choose(split, of: available, preferred: preferred, path: path)
      return try openBatches(
        CIFAR10Reader.batches(in: folder, split: chosen), path: path, split: chosen, limits: limits)
    }
    let folders = try FileSystem.list(path, limit: limits.samples).filter { $0.kind == .folder }.map(\.name)
    if !folders.isEmpty, folders.allSatisfy(ClassLayout.splitNames.contains) {
      let chosen = try choose(split, of: folders, preferred: preferred, path: path)
      let part = try openFolder(path + "/" + chosen, split: nil, preferred: preferred, limits: limits)
      return part.named(split: chosen)
    }
    try refuse(split, path: path)
    let result = try FolderReader.read(path, limits: limits)
    return Dataset(
      path: path, kind: .folder, split: nil, classNames: result.classNames, samples: result.samples,
      ignoredFiles: result.ignored, storage: .folder(root: path), limits: limits)
  }

  private static func openIndex(_ path: String, limits: DatasetLimits) throws(DatasetError) -> Dataset {
    let file = try RandomAccessFile(path: path)
    guard file.byteCount <= UInt64(limits.indexBytes) else {
      throw .limitExceeded(path: path, what: "bytes in an index file", limit: limits.indexBytes)
    }
    let bytes = try file.read(at: 0, count: Int(file.byteCount))
    let (classNames, samples) = try IndexReader.read(bytes, path: path, limits: limits)
    let root = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return Dataset(
      path: path, kind: .index, split: nil, classNames: classNames, samples: samples, ignoredFiles: 0,
      storage: .folder(root: root), limits: limits)
  }

  private static func openBatches(
    _ paths: [String], path: String, split: String?, limits: DatasetLimits
  ) throws(DatasetError) -> Dataset {
    var files: [RandomAccessFile] = []
    for path in paths { files.append(try RandomAccessFile(path: path)) }
    let samples = try CIFAR10Reader.read(files, limits: limits)
    return Dataset(
      path: path, kind: .cifar10, split: split, classNames: CIFAR10Reader.classNames, samples: samples,
      ignoredFiles: 0, storage: .batches(files), limits: limits)
  }

  private func named(split: String) -> Dataset {
    Dataset(
      path: path, kind: kind, split: split, classNames: classNames, samples: samples, ignoredFiles: ignoredFiles,
      storage: storage, limits: limits)
  }

  private static func choose(
    _ split: String?, of available: [String], preferred: [String], path: String
  ) throws(DatasetError) -> String {
    if let split {
      guard available.contains(split) else { throw .unknownSplit(path: path, split: split, available: available) }
      return split
    }
    if available.count == 1 { return available[0] }
    guard let choice = preferred.first(where: available.contains) else {
      throw .splitRequired(path: path, available: available)
    }
    return choice
  }

  private static func refuse(_ split: String?, path: String) throws(DatasetError) {
    if let split { throw .unknownSplit(path: path, split: split, available: []) }
  }

  /// Words about a compressed file that has to be unpacked first.
  private static func compression(of file: RandomAccessFile) throws(DatasetError) -> String? {
    let head = try file.read(at: 0, count: Int(min(file.byteCount, 6)))
    let kinds: [(mark: [UInt8], name: String, tool: String)] = [
      ([0x1f, 0x8b], "gzip", "gunzip"), ([0x28, 0xb5, 0x2f, 0xfd], "Zstandard", "unzstd"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "unxz"), ([0x42, 0x5a, 0x68], "bzip2", "bunzip2"),
      ([0x50, 0x4b, 0x03, 0x04], "zip", "unzip"),
    ]
    return kinds.first { head.starts(with: $0.mark) }
      .map { "it is compressed (\($0.name)): unpack it with \($0.tool) first" }
  }

  private static func isArchive(_ file: RandomAccessFile, limits: DatasetLimits) -> Bool {
    var reader = TarReader(source: file, limits: limits)
    return (try? reader.next()) != nil
  }
}
