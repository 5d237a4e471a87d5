import CPlatform
import Imaging
import Runtime

/// The usable pictures of a data set, decoded, resized and cropped to one size: 8-bit RGB, interleaved, rows from the
/// top, before normalisation. They lie in one block of memory where that fits a limit; otherwise every picture is
/// decoded again whenever it is asked for. Which of the two changes speed and memory, never a sample.
///
/// A value whose copies share the block. Any number of threads may read it.
package struct DecodedDataset: Sendable {
  /// The samples that could be decoded, in the order in which they came.
  package let dataset: Dataset
  /// Width and height of every picture.
  package let frame: PixelSize
  /// What was done to the pictures; its normalisation is still to be done.
  package let preprocessing: Preprocessing
  /// The pictures that were left out.
  package let skipped: SkippedPictures
  private let decoder: ImageDecoder
  private let block: PixelBlock?

  /// Decodes all pictures once, on background threads.
  ///
  /// - Parameters:
  ///   - dataset: the pictures. Unreadable ones are left out, counted and named in `skipped`.
  ///   - preprocessing: its resizing and cropping are done here.
  ///   - frame: the size that this must come to; a picture that comes to another is left out like an unreadable one.
  ///   - memoryLimit: bytes that the decoded pictures may take. Beyond it they are decoded here too, so that the same
  ///     ones are left out, and not kept.
  ///   - threads: how many decode.
  ///   - progress: is told how many pictures are done; ends the work by returning false, which throws `interrupted`.
  ///
  /// Throws `noUsablePictures` and `unreadableClass` where all pictures, or all of a class, had to be left out.
  package init(
    _ dataset: Dataset, preprocessing: Preprocessing, frame: PixelSize, memoryLimit: Int = .max, threads: Int,
    progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) throws(DatasetError) {
    let total = dataset.samples.count
    let decoder = preprocessing.decoder()
    let kept = PixelBlock(pictures: total, of: frame, limit: memoryLimit)
    let outcomes = Prefetcher(count: total, threads: threads, window: 64 * max(threads, 1)) {
      (index) throws(DatasetError) in
      let image = try Self.decode(dataset.samples[index], of: dataset, decoder, preprocessing, frame)
      kept?.write(image, at: index)
    }
    // Nothing is written into the block any more once this returns or throws.
    defer { outcomes.stop() }
    var skipped = SkippedPictures()
    var usable: [Sample] = []
    usable.reserveCapacity(total)
    var firstErrors: [Int: DatasetError] = [:]
    for (index, outcome) in outcomes.enumerated() {
      let sample = dataset.samples[index]
      switch outcome {
      case .success:
        // Moving a picture to the front cannot meet a thread: theirs lie behind all that were handed out.
        kept?.move(from: index, to: usable.count)
        usable.append(sample)
      case .failure(let error):
        skipped.record(error)
        if firstErrors[sample.classIndex] == nil { firstErrors[sample.classIndex] = error }
      }
      guard progress(index + 1, total) else { throw .interrupted(path: dataset.path) }
    }
    self.dataset = dataset.with(samples: usable)
    self.frame = frame
    self.preprocessing = preprocessing
    self.skipped = skipped
    self.decoder = decoder
    block = kept
    try checkClasses(firstErrors)
  }

  /// How many pictures there are.
  package var count: Int { dataset.samples.count }
  /// Whether all pictures are kept in memory.
  package var isInMemory: Bool { block != nil }
  /// Bytes of one picture.
  package var frameBytes: Int { frame.width * frame.height * 3 }

  /// A hash of classes, labels and pictures: the same for the same data, wherever it lies. Pictures that are not in
  /// memory count with their names and sizes only. O(bytes).
  package var fingerprint: UInt64 {
    var words: [UInt64] = [Self.hash(dataset.classNames.joined(separator: "\n"))]
    for (index, sample) in dataset.samples.enumerated() {
      words.append(UInt64(sample.classIndex))
      if let block {
        words.append(xxh64(UnsafeRawBufferPointer(block.picture(index))))
      } else {
        words.append(Self.hash("\(sample.location)"))
      }
    }
    return words.withUnsafeBytes { xxh64($0) }
  }

  private static func hash(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { xxh64($0) } }

  /// Lets `body` read a picture's samples; the pointer is valid only within it.
  ///
  /// Throws `unreadablePicture` where the pictures are not in memory and this one cannot be read any more.
  /// Precondition: `index` is one of 0..<count.
  package func withPicture<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) throws(DatasetError) -> Result {
    if let block { return body(block.picture(index)) }
    return try decoded(index).withPixels(body)
  }

  /// A picture decoded anew, for pictures that are not in memory.
  ///
  /// Precondition: `index` is one of 0..<count.
  package func decoded(_ index: Int) throws(DatasetError) -> RGBImage {
    try Self.decode(dataset.samples[index], of: dataset, decoder, preprocessing, frame)
  }

  private static func decode(
    _ sample: Sample, of dataset: Dataset, _ decoder: ImageDecoder, _ preprocessing: Preprocessing, _ frame: PixelSize
  ) throws(DatasetError) -> RGBImage {
    let content = try dataset.load(sample)
    do throws(ImageError) {
      let image: RGBImage
      switch content {
      case .encoded(let bytes): image = try decoder.decode(bytes)
      case .pixels(let width, let height, let rgb):
        image = try RGBImage(width: width, height: height) { _ = $0.update(fromContentsOf: rgb) }
      }
      let prepared = try preprocessing.prepare(image)
      guard prepared.size == frame else {
        throw .invalidOperation(
          reason: "comes to \(prepared.width) x \(prepared.height) pixels and \(frame.width) x \(frame.height) are "
            + "needed: set resize and crop")
      }
      return prepared
    } catch {
      throw .unreadablePicture(name: dataset.name(of: sample), reason: error.message)
    }
  }

  private func checkClasses(_ firstErrors: [Int: DatasetError]) throws(DatasetError) {
    let present = Set(dataset.samples.lazy.map(\.classIndex))
    let lost = firstErrors.filter { !present.contains($0.key) }.min { $0.key < $1.key }
    if present.isEmpty {
      throw .noUsablePictures(path: dataset.path, reason: lost?.value.message ?? "there are none")
    }
    if let lost {
      throw .unreadableClass(
        path: dataset.path, name: dataset.classNames[lost.key], reason: lost.value.message)
    }
  }
}
