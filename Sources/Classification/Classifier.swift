import CPlatform
import Imaging
import Runtime

/// A network with everything around it that turns the bytes of a picture into classes.
///
///     let plan = try Plan(path: "signs.edge")
///     var classifier = try Classifier(plan, ClassifierOptions(threads: 2))
///     let result = try classifier.classify(bytes, top: 5)
///
/// Use one classifier at a time from one thread; several may share a plan.
package struct Classifier: ~Copyable {
  package let preparation: PicturePreparation
  package let output: ScoreOutput
  package let labels: ClassLabels?
  /// The network's outputs before class 0.
  package let classOffset: Int
  private var session: Session
  /// The probability of each output in the last picture.
  package private(set) var scores: [Float]

  package init(_ plan: Plan, _ options: ClassifierOptions) throws(ClassificationError) {
    let (output, labels) = try Self.classes(of: plan, options)
    let preparation = try PicturePreparation(plan, option: options.preprocessing)
    session = try Self.session(plan, options)
    self.output = output
    self.preparation = preparation
    self.labels = labels
    classOffset = options.classOffset
    scores = [Float](repeating: 0, count: output.count)
  }

  /// Where a network leaves its scores, and what its classes are called: the user's word, else the model's. Whatever is
  /// of another number is refused.
  package static func classes(
    of plan: Plan, _ options: ClassifierOptions
  ) throws(ClassificationError) -> (output: ScoreOutput, labels: ClassLabels?) {
    let output = try ScoreOutput(plan)
    guard options.classOffset >= 0, options.classOffset < output.count else {
      throw .unsuitableModel(
        reason: "a class offset of \(options.classOffset) does not fit its \(output.count) outputs")
    }
    return (output, try labels(plan, options, output))
  }

  private static func labels(
    _ plan: Plan, _ options: ClassifierOptions, _ output: ScoreOutput
  ) throws(ClassificationError) -> ClassLabels? {
    if let path = options.labels {
      return try ClassLabels(path: path, outputs: output.count, classOffset: options.classOffset)
    }
    guard let text = plan.metadata("labels") else { return nil }
    return try ClassLabels(
      text: text, source: "the model's labels", outputs: output.count, classOffset: options.classOffset)
  }

  private static func session(_ plan: Plan, _ options: ClassifierOptions) throws(ClassificationError) -> Session {
    do throws(PlanError) { return try Session(plan, threads: options.threads) } catch { throw .plan(error) }
  }

  /// Decodes a JPEG or PNG, prepares it, runs the network, and ranks its `top` best classes.
  package mutating func classify(
    _ bytes: UnsafeRawBufferPointer, top: Int
  ) throws(ClassificationError) -> Classification {
    let times: (decode: UInt64, preprocess: UInt64)
    do throws(ImageError) {
      times = try preparation.prepare(bytes, into: samples)
    } catch {
      throw .picture(error)
    }
    let infer = try run()
    return Classification(
      top: ClassScore.ranking(scores, top: top, offset: classOffset), decodeNanoseconds: times.decode,
      preprocessNanoseconds: times.preprocess, inferNanoseconds: infer)
  }

  /// Runs the network on a picture that `preparation` made; `scores` then has the result.
  ///
  /// Precondition: `prepared` has `preparation.input.extent` elements.
  package mutating func infer(_ prepared: UnsafeBufferPointer<Float>) throws(ClassificationError) {
    _ = samples.update(from: prepared)
    _ = try run()
  }

  private mutating func run() throws(ClassificationError) -> UInt64 {
    let start = ep_now_ns()
    session.run()
    let nanoseconds = ep_now_ns() - start
    try output.read(session.output(0), into: &scores)
    return nanoseconds
  }

  /// The network's input in the session's memory.
  private var samples: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: session.input(0).pointer(as: Float.self), count: preparation.input.extent)
  }
}
