/// Labelled pictures: where each is, and which class it is of. Opening one reads names and labels only; pictures are
/// read when they are asked for. A value: shuffles, splits and limits are new data sets over the same files.
package struct Dataset: Sendable {
  /// The folder or file that it was opened from.
  package let path: String
  package let kind: DatasetKind
  /// The part that was chosen, where the layout has parts.
  package let split: String?
  /// One name a class, at the class's index.
  package let classNames: [String]
  package let samples: [Sample]
  /// Files that are no pictures, or lie outside of all class folders.
  package let ignoredFiles: Int
  let storage: DatasetStorage
  let limits: DatasetLimits

  /// The same data set with other samples of it.
  package func with(samples: [Sample]) -> Dataset {
    Dataset(
      path: path, kind: kind, split: split, classNames: classNames, samples: samples, ignoredFiles: ignoredFiles,
      storage: storage, limits: limits)
  }

  /// All samples in an order that depends on the seed alone (`SeededGenerator.shuffle`).
  package func shuffled(seed: UInt64) -> Dataset {
    var generator = SeededGenerator(seed: seed)
    var shuffled = samples
    generator.shuffle(&shuffled)
    return with(samples: shuffled)
  }

  /// At most `count` samples, spread evenly over the whole, so that a data set ordered by class keeps its classes'
  /// shares.
  package func limited(to count: Int) -> Dataset {
    guard count < samples.count else { return self }
    let kept = max(count, 0)
    return with(samples: (0..<kept).map { samples[Int(Double($0) * Double(samples.count) / Double(kept))] })
  }

  /// What a message calls the sample.
  package func name(of sample: Sample) -> String {
    switch (sample.location, storage) {
    case (.file(let file), .folder(let root)): file.hasPrefix("/") ? file : root + "/" + file
    case (.file(let file), _): file
    case (.member(let name, _, _), _): path + ": " + name
    case (.record(let file, let record), .batches(let batches)) where batches.indices.contains(file):
      "\(batches[file].path): record \(record)"
    case (.record(let file, let record), _): "\(path): batch \(file), record \(record)"
    }
  }

  /// Reads a sample's file or pixels. Can be called from several threads at once.
  ///
  /// Throws `unreadablePicture`, which names the sample: it is to be skipped and counted.
  package func load(_ sample: Sample) throws(DatasetError) -> SampleContent {
    do throws(DatasetError) {
      switch (sample.location, storage) {
      case (.file, .folder):
        return .encoded(try bytes(of: try RandomAccessFile(path: name(of: sample)), at: 0, count: nil))
      case (.member(_, let offset, let count), .archive(let file)):
        return .encoded(try bytes(of: file, at: offset, count: count))
      case (.record(let file, let record), .batches(let batches)) where batches.indices.contains(file):
        return try CIFAR10Reader.pixels(of: batches[file], record: record)
      case (.file, _), (.member, _), (.record, _):
        throw .unreadablePicture(name: name(of: sample), reason: "belongs to another data set")
      }
    } catch {
      throw unreadable(sample, because: error)
    }
  }

  private func bytes(of file: RandomAccessFile, at offset: UInt64, count: Int?) throws(DatasetError) -> [UInt8] {
    let size = count.map(UInt64.init(clamping:)) ?? file.byteCount
    if size == 0 { throw .unreadable(path: file.path, reason: "has 0 bytes") }
    guard size <= UInt64(limits.pictureBytes) else {
      throw .limitExceeded(path: file.path, what: "bytes in a picture's file", limit: limits.pictureBytes)
    }
    return try file.read(at: offset, count: Int(size))
  }

  private func unreadable(_ sample: Sample, because error: DatasetError) -> DatasetError {
    let reason: String
    switch error {
    case .unreadablePicture: return error
    case .missing: reason = "no such file"
    case .unreadable(_, let text): reason = text
    case .limitExceeded(_, let what, let limit): reason = "more than \(limit) \(what)"
    default: reason = error.message
    }
    return .unreadablePicture(name: name(of: sample), reason: reason)
  }
}

/// The open files behind a data set's samples.
enum DatasetStorage: Sendable {
  case folder(root: String)
  case archive(RandomAccessFile)
  case batches([RandomAccessFile])
}
