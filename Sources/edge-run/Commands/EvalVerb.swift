import ArgumentParser
import Classification
import Compiler
import Datasets
import Evaluation
import Graph
import Runtime

/// `eval`: accuracy over a data set.
struct EvalVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Measures a classifier's accuracy over a data set.",
    discussion: """
      The data set is a folder of class folders, the same in a .tar, CIFAR-10 binary batches, or a folder with an \
      index.csv (file,class_index).

      Examples:
        edge-run eval resnet20.onnx --data cifar10/test.tar --preprocess cifar10
        edge-run eval mobilenet.onnx --data photographs/ --preprocess inception --class-offset 1 --limit 100
      """)

  @Argument(help: "The model.") var model: String
  @Option(help: "The data set.") var data: String
  @Option(help: "The part of the data set, where it has parts (default: test, else validation).") var split: String?
  @Option(help: "Only this many pictures, spread evenly over the data set.") var limit: Int?
  @Flag(help: "Use the slow, obvious reference interpreter.") var reference = false
  @Flag(help: "Count which class was taken for which.") var confusion = false
  @OptionGroup var classifier: ClassifierArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      guard limit.map({ $0 > 0 }) ?? true else { throw Failure.usage("--limit takes a positive number") }
      let file = try ModelFile.load(model)
      let plan = try file.plan(for: common.instructionSet())
      var dataset = try DatasetOption.open(data, split: split, for: .evaluation, quiet: common.quiet)
      if let limit { dataset = dataset.limited(to: limit) }
      var evaluation = Evaluation(dataset, options: classifier.options(threads: try common.threadCount()))
      evaluation.countsConfusion = confusion
      var bar = ProgressBar("eval", total: dataset.samples.count, unit: "pictures", quiet: common.quiet)
      let progress: (Int) -> Bool = { done in
        bar.update(done)
        return !Interruption.isRequested
      }
      let result: EvaluationResult
      do {
        result =
          reference
          ? try evaluation.run(reference: file.graph(verb: "eval --reference"), plan: plan, progress: progress)
          : try evaluation.run(plan, progress: progress)
      } catch let error as ClassificationError {
        throw Failure(error, subject: model)
      }
      bar.finish()
      try report(result, dataset.classNames)
      guard !result.isPartial else { throw Failure.interrupted("eval") }
      guard result.images > 0 else { throw Failure.data("\(data): not one picture could be read") }
    }
  }

  private func report(_ result: EvaluationResult, _ classNames: [String]) throws {
    if !common.quiet {
      for error in result.skipped.examples { Terminal.error("edge-run: skipped: \(error.message)") }
    }
    if common.json {
      try JSONOutput.write(
        Summary(
          images: result.images, skipped: result.skipped.count, top1: result.top1, top5: result.top5,
          imagesPerSecond: result.imagesPerSecond, confusion: result.confusion))
      return
    }
    Terminal.out(
      "top-1 \(Format.percent(result.top1))  top-5 \(Format.percent(result.top5))  \(result.images) pictures, "
        + "\(result.skipped.count) skipped, \(Format.number(result.imagesPerSecond, decimals: 1)) a second")
    guard let confusion = result.confusion else { return }
    var table = Table([("class", .left), ("right", .right), ("most taken for", .left)])
    for (index, row) in confusion.enumerated() {
      let total = row.reduce(0, +)
      let wrong = row.enumerated().filter { $0.offset != index && $0.element > 0 }.max { $0.element < $1.element }
      table.add([
        classNames[index], total > 0 ? Format.percent(Double(row[index]) / Double(total)) : "-",
        wrong.map { "\(classNames[$0.offset]) (\($0.element))" } ?? "",
      ])
    }
    for line in table.lines { Terminal.out(line) }
  }

  /// The JSON contract's fields.
  private struct Summary: Encodable {
    let images: Int
    let skipped: Int
    let top1: Double
    let top5: Double
    let imagesPerSecond: Double
    let confusion: [[Int]]?
  }
}
