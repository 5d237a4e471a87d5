import CPlatform
import Compiler
import Datasets
import Graph
import Imaging
import Operators
import Runtime

/// A network, the pictures it learns from, and those that judge it: everything that a `Trainer` is made of.
package struct TrainingJob: Sendable {
  /// Where the pictures come from that decide which epoch is kept.
  package enum Validation: Sendable {
    /// None: the last epoch is kept.
    case none
    /// A part of the data set, the same share of every class.
    case part(PartSize)
    case dataset(Dataset)
  }

  package var network: Graph
  package var validation = Validation.part(.fraction(0.1))
  /// Looked at once, in the end.
  package var test: Dataset?
  package var augmentation = Augmentation()
  package var labelSmoothing = 0.0
  package var classOffset = 0
  /// Bytes of resident memory that the whole training may take; nil for as many as it likes.
  ///
  /// A third of what the program leaves goes to decoded pictures, and if they need more they are decoded anew for every
  /// epoch. A step is cut into as many batches as make it fit the rest.
  package var memoryLimit: Int?
  private let learning: Dataset
  private let seed: UInt64
  private var pictures: (learning: DecodedDataset, validation: DecodedDataset?)?

  /// - Parameter seed: Of augmentation and of the choice of validation pictures.
  package init(network: Graph, learning: Dataset, seed: UInt64) {
    self.network = network
    self.learning = learning
    self.seed = seed
  }

  /// Pictures that were left out, by data set.
  package var skipped: [SkippedPictures] {
    guard let pictures else { return [] }
    return [pictures.learning.skipped] + (pictures.validation.map { [$0.skipped] } ?? [])
  }

  /// How pictures are prepared: what the network's metadata says.
  private func preprocessing() throws -> Preprocessing {
    guard let text = network.metadata["preprocessing"] else {
      throw TrainingError.invalidOptions(
        reason: "how pictures are prepared is not known: the model does not say, so name a preset or a file")
    }
    if let preset = PreprocessingPreset(rawValue: text) {
      guard let frame = frameOfNetwork() else {
        throw TrainingError.invalidOptions(
          reason: "the preset '\(text)' needs the size of the network's input, which the model leaves open: use a file")
      }
      return preset.preprocessing(inputSize: frame)
    }
    return try Preprocessing(text: text)
  }

  /// Width and height of the network's input, where declared.
  private func frameOfNetwork() -> PixelSize? {
    guard let input = network.inputs.first(where: { network.constants[$0] == nil }),
      let shape = network.values[input.index].shape, shape.count == 4, case .fixed(let height) = shape[2],
      case .fixed(let width) = shape[3]
    else { return nil }
    return PixelSize(width: width, height: height)
  }

  /// What the program takes before it does anything, in bytes: its code, and what compiling needs.
  private static let reserve = 40_000_000
  /// What judging takes besides, in bytes, with as many pictures at a time as where memory is limited.
  private static let judging = 12_000_000
  private static let frugalBatch = 16

  /// Bytes that decoded pictures may take.
  private var pictureLimit: Int { memoryLimit.map { max(0, $0 - TrainingJob.reserve) / 3 } ?? .max }

  /// Decodes all pictures to learn from and to judge by.
  ///
  /// - Parameter progress: Told how many are done of how many; false stops, which throws.
  package mutating func prepare(threads: Int, progress: (Int, Int) -> Bool) throws {
    let preprocessing = try preprocessing()
    guard let frame = preprocessing.outputSize ?? frameOfNetwork() else {
      throw TrainingError.invalidOptions(reason: "the preprocessing does not say how large pictures become: add a crop")
    }
    var parts: (learning: Dataset, validation: Dataset?) = (learning, nil)
    switch validation {
    case .none: break
    case .part(let size):
      let divided = try learning.stratified([.rest, size], seed: seed)
      parts = (divided[0], divided[1].samples.isEmpty ? nil : divided[1])
    case .dataset(let dataset): parts.validation = dataset
    }
    let decoded = try DecodedDataset(
      parts.learning, preprocessing: preprocessing, frame: frame, memoryLimit: pictureLimit, threads: threads,
      progress: progress)
    let judging = try parts.validation.map {
      try DecodedDataset(
        $0, preprocessing: preprocessing, frame: frame, memoryLimit: pictureLimit, threads: threads, progress: progress)
    }
    pictures = (decoded, judging)
    if network.metadata["labels"] == nil, classOffset == 0, learning.classNames.count == (try outputCount()) {
      network.metadata["labels"] = learning.classNames.joined(separator: "\n")
    }
  }

  private var labels: [String]? {
    network.metadata["labels"].map { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  }

  /// The prepared pictures to learn from, as batches.
  ///
  /// - Parameter augmented: Whether they are changed as for training.
  package func batches(augmented: Bool) throws -> BatchWriter {
    guard let pictures else { throw TrainingError.invalidOptions(reason: "the pictures are not decoded yet") }
    let outputs = try outputCount()
    return try BatchWriter(
      pictures.learning, targets: learning.targets(outputs: outputs, labels: labels, offset: classOffset),
      outputs: outputs, augmentation: augmented ? augmentation : Augmentation(),
      labelSmoothing: augmented ? labelSmoothing : 0, seed: seed)
  }

  /// A judge by the prepared validation pictures; nil where there are none.
  package func validationJudge(threads: Int) throws -> Judge? {
    let outputs = try outputCount()
    return try pictures?.validation.map { try judge($0, outputs: outputs, threads: threads) }
  }

  /// A hash of all prepared pictures and their labels.
  package var fingerprint: UInt64? {
    pictures.map { pictures in
      [pictures.learning.fingerprint, pictures.validation?.fingerprint ?? 0].withUnsafeBytes { xxh64($0) }
    }
  }

  /// A trainer of the prepared pictures.
  package func trainer(_ options: TrainerOptions, teacher: Graph? = nil) throws -> Trainer {
    let writer = try batches(augmented: true)
    let judge = try validationJudge(threads: options.threads)
    return try Trainer(network, learning: writer, judge: judge, teacher: teacher, fitting(options, writer))
  }

  /// Options whose steps fit the memory that is left.
  private func fitting(_ options: TrainerOptions, _ writer: BatchWriter) throws(TrainingError) -> TrainerOptions {
    guard let memoryLimit else { return options }
    var result = options
    // Batches that are ready, being made, and being worked on.
    let batches = 3 * options.step.pictures * (writer.pictureExtent + writer.outputs) * MemoryLayout<Float>.stride
    let taken = max(Int(ep_peak_resident_bytes()), TrainingJob.reserve) + batches
    result.step = try TrainingMemory.fitting(
      network, options.step, threads: options.threads, limit: memoryLimit - taken - TrainingJob.judging)
    return result
  }

  private func outputCount() throws(TrainingError) -> Int {
    do throws(GraphError) {
      let open = network.withOpenBatch()
      let infos = try ShapeInference.infer(open, inputs: InputSpecification().resolve(open))
      return open.outputs.first.flatMap { infos[$0]?.shape.dropFirst().reduce(1, *) } ?? 0
    } catch {
      throw .graph(error)
    }
  }

  private func judge(_ pictures: DecodedDataset, outputs: Int, threads: Int) throws -> Judge {
    let targets = try pictures.dataset.targets(outputs: outputs, labels: labels, offset: classOffset)
    let writer = try BatchWriter(pictures, targets: targets, outputs: outputs)
    return memoryLimit == nil
      ? Judge(writer, threads: threads) : Judge(writer, batch: TrainingJob.frugalBatch, threads: threads)
  }

  /// A judge of the test pictures; nil where there are none.
  package func testJudge(outputs: Int, threads: Int, progress: (Int, Int) -> Bool) throws -> Judge? {
    guard let test, let frame = pictures?.learning.frame else { return nil }
    let decoded = try DecodedDataset(
      test, preprocessing: preprocessing(), frame: frame, memoryLimit: pictureLimit, threads: threads,
      progress: progress)
    return try judge(decoded, outputs: outputs, threads: threads)
  }

  /// A trained network with labels and preprocessing in its metadata.
  package func finished(_ network: Graph) -> Graph {
    var result = network
    result.metadata.merge(self.network.metadata) { $1 }
    return result
  }
}
