import CPlatform
import Classification
import Datasets
import Graph
import Imaging
import Operators
import Runtime

/// Accuracy of a network over a data set: pictures are read and prepared on background threads, in order, while the
/// network runs; unreadable ones are skipped, counted and named.
package struct Evaluation: Sendable {
  package let dataset: Dataset
  package let options: ClassifierOptions
  /// Whether the classes' confusions are counted.
  package var countsConfusion = false

  /// With more classes the table of confusions would be larger than anybody reads.
  private static let maximumConfusionClasses = 256

  package init(_ dataset: Dataset, options: ClassifierOptions) {
    self.dataset = dataset
    self.options = options
  }

  /// Evaluates a compiled plan.
  ///
  /// - Parameter progress: Told how many pictures are done; false stops.
  package func run(_ plan: Plan, progress: (Int) -> Bool) throws -> EvaluationResult {
    var classifier = try Classifier(plan, options)
    let preparation = classifier.preparation
    let pictures = Prefetcher(dataset, threads: options.threads, window: 4 * options.threads) {
      (sample, content) throws(DatasetError) in
      try Evaluation.prepare(content, preparation, named: dataset.name(of: sample))
    }
    let targets = try targets(outputs: classifier.output.count, labels: classifier.labels)
    return try tally(pictures, targets, progress) { picture in
      try picture.withUnsafeBufferPointer { try classifier.infer($0) }
      return classifier.scores
    }
  }

  /// Evaluates a graph with the reference interpreter, one picture a thread. `plan` is the graph's, for how pictures
  /// go in.
  package func run(reference graph: Graph, plan: Plan, progress: (Int) -> Bool) throws -> EvaluationResult {
    guard let input = graph.inputs.first(where: { graph.constants[$0] == nil }) else {
      throw ClassificationError.unsuitableModel(reason: "it has no input")
    }
    let (output, labels) = try Classifier.classes(of: plan, options)
    let targets = try targets(outputs: output.count, labels: labels)
    let preparation = try PicturePreparation(plan, option: options.preprocessing)
    let record = plan.tensors[Int(plan.inputTensor(0).index)]
    let interpreter = ReferenceInterpreter(graph)
    let scores = Prefetcher(dataset, threads: options.threads, window: 2 * options.threads) {
      (sample, content) throws(DatasetError) in
      let name = dataset.name(of: sample)
      let picture = try Evaluation.prepare(content, preparation, named: name)
      do throws(GraphError) {
        let results = try interpreter.run([input: Tensor(picture, laidOutAs: record)])
        return results[0].doubles.map { Float($0) }
      } catch {
        throw .unreadablePicture(name: name, reason: error.message)
      }
    }
    return try tally(scores, targets, progress) { scores in
      guard scores.allSatisfy(\.isFinite) else { throw ClassificationError.notFinite }
      return scores
    }
  }

  private func targets(outputs: Int, labels: ClassLabels?) throws(DatasetError) -> [Int] {
    try dataset.targets(outputs: outputs, labels: labels?.names, offset: options.classOffset)
  }

  private func tally<Value>(
    _ values: Prefetcher<Value>, _ targets: [Int], _ progress: (Int) -> Bool, _ score: (Value) throws -> [Float]
  ) throws -> EvaluationResult {
    var result = EvaluationResult()
    let classes = dataset.classNames.count
    if countsConfusion && classes <= Evaluation.maximumConfusionClasses {
      result.confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    }
    let classOf = Dictionary(zip(targets, targets.indices), uniquingKeysWith: { first, _ in first })
    let start = ep_now_ns()
    for (position, outcome) in values.enumerated() {
      switch outcome {
      case .success(let value):
        let classIndex = dataset.samples[position].classIndex
        result.count(
          try score(value), target: targets[classIndex], classIndex: classIndex, offset: options.classOffset,
          classOf: classOf)
      case .failure(let error): result.skipped.record(error)
      }
      if !progress(position + 1) {
        result.isPartial = position + 1 < dataset.samples.count
        break
      }
    }
    result.seconds = Double(ep_now_ns() - start) / 1e9
    return result
  }

  /// A sample as the network's input holds it.
  private static func prepare(
    _ content: SampleContent, _ preparation: PicturePreparation, named name: String
  ) throws(DatasetError) -> [Float] {
    var samples = [Float](repeating: 0, count: preparation.input.extent)
    do throws(ImageError) {
      switch content {
      case .encoded(let bytes): try preparation.prepare(bytes, into: &samples)
      case .pixels(let width, let height, let rgb):
        let picture = try RGBImage(width: width, height: height) { _ = $0.update(fromContentsOf: rgb) }
        try preparation.apply(picture, into: &samples)
      }
    } catch {
      throw .unreadablePicture(name: name, reason: error.message)
    }
    return samples
  }
}

extension Tensor {
  /// The logical elements of memory that is laid out as a plan's tensor.
  fileprivate init(_ samples: [Float], laidOutAs record: TensorRecord) {
    let shape = (0..<Int(record.rank)).map { Int(record.shape[$0]) }
    var elements: [Float] = []
    elements.reserveCapacity(shape.reduce(1, *))
    func walk(_ axis: Int, _ offset: Int) {
      guard axis < shape.count else {
        elements.append(samples[offset])
        return
      }
      for index in 0..<shape[axis] { walk(axis + 1, offset + index * Int(record.strides[axis])) }
    }
    walk(0, 0)
    self.init(elements, shape: shape)
  }
}

extension PicturePreparation {
  /// `prepare` for arrays. Precondition: `samples` has `input.extent` elements.
  fileprivate func prepare(_ bytes: [UInt8], into samples: inout [Float]) throws(ImageError) {
    try samples.withBuffer { (buffer) throws(ImageError) in
      try bytes.withBuffer { (picture) throws(ImageError) in
        _ = try prepare(UnsafeRawBufferPointer(picture), into: buffer)
      }
    }
  }

  fileprivate func apply(_ picture: RGBImage, into samples: inout [Float]) throws(ImageError) {
    try samples.withBuffer { (buffer) throws(ImageError) in
      try preprocessing.apply(picture, into: buffer, layout: input.layout)
    }
  }
}

extension Array {
  /// `withUnsafeMutableBufferPointer` with a typed error.
  fileprivate mutating func withBuffer<E: Error>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws(E) -> Void
  ) throws(E) {
    let result: Result<Void, E> = withUnsafeMutableBufferPointer { buffer in
      do throws(E) {
        return .success(try body(buffer))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// `withUnsafeBufferPointer` with a typed error.
  fileprivate func withBuffer<E: Error>(_ body: (UnsafeBufferPointer<Element>) throws(E) -> Void) throws(E) {
    let result: Result<Void, E> = withUnsafeBufferPointer { buffer in
      do throws(E) {
        return .success(try body(buffer))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
