import Architectures
import ArgumentParser
import Datasets
import Foundation
import Graph
import Imaging
import ONNX
import Training

/// `train`: fine-tunes a network, or trains a built-in architecture from scratch.
struct TrainVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a network: one of yours further, or a built-in architecture from scratch.",
    discussion: """
      Without --validation a tenth of the pictures is set aside, the same share of every class, and decides which epoch \
      is kept. --test is looked at once, in the end, and decides nothing. Of a data set that has parts, --data takes \
      train, --validation takes validation, and --test takes test. Ctrl-C keeps a checkpoint beside the output; \
      the same command with --resume goes on from it and ends in the same weights.

      Examples:
        edge-run train signnet --data signs/ --epochs 6 -o signs.onnx
        edge-run train resnet20.onnx --data cifar10/train.tar --test cifar10/test.tar --augment crop:4,flip --epochs 12 \
      -o tuned.onnx
        edge-run train small.onnx --data pictures/ --teacher big.onnx -o taught.onnx
      """)

  @Argument(help: "The .onnx model, or an architecture: \(Architecture.all.map(\.name).joined(separator: ", ")).")
  var model: String
  @Option(help: "The pictures to learn from.") var data: String
  @Option(help: "The part of the data set to learn from, where it has parts (default: train).") var split: String?
  @Option(help: "Only this many of them, spread evenly over the data set.") var limit: Int?
  @Option(help: "Pictures that decide which epoch is kept: a data set, a share (0.1), a number (5000), or none.")
  var validation = "0.1"
  @Option(help: "Pictures that the result is tested on.") var test: String?
  @Option(help: "Changes to every picture learnt from: crop:4,flip,cutout:8,brightness:0.2,contrast:0.2,mixup:0.2.")
  var augment = "crop:4"
  @Option(help: "How pictures are prepared: a preset, a file, or (default) what the model says.")
  var preprocess: String?
  @Option(help: "Added to class indices: 1 where the network's class 0 is 'background'.") var classOffset = 0
  @Option(
    help: "Megabytes that the training may take: pictures are decoded again for every epoch, steps cut into batches.")
  var memoryLimit: Int?
  @OptionGroup var training: TrainingArguments
  @Option(name: .shortAndLong, help: "The .onnx file to write.") var output: String
  @Flag(help: "Replace the output if it exists.") var force = false
  @Flag(help: "Go on from the checkpoint that an interrupted run has left beside the output.") var resume = false
  @Option(help: "Stop after this many steps in all, as Ctrl-C does: --resume goes on.") var stopAfter: Int?
  @Flag(help: "With --json a line for every step as well.") var logSteps = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      try common.requireBestInstructionSet(verb: "train")
      guard force || !FileManager.default.fileExists(atPath: output) else {
        throw Failure.cannotCreate("\(output) exists; --force replaces it")
      }
      var job = try job()
      let options = try training.options(threads: common.threadCount())
      try job.prepare(threads: options.threads, progress: decoding())
      warn(job)
      var trainer = try job.trainer(options, teacher: try training.teacher.map { try ONNXModel.load(path: $0).graph })
      let checkpoint = TrainingCheckpoint(
        path: output + ".checkpoint", trainer: trainer, settings: settings(of: job, trainer))
      let isInterrupted = FileManager.default.fileExists(atPath: checkpoint.path)
      if resume, isInterrupted {
        trainer.restore(try checkpoint.load())
        if !common.quiet { Terminal.error("train: going on after step \(trainer.progress.steps)") }
      } else if resume {
        if !common.quiet { Terminal.error("train: nothing to go on from, so this is the beginning") }
      } else if isInterrupted, !force {
        throw Failure.cannotCreate(
          "\(checkpoint.path) is left of an interrupted training: --resume goes on from it, --force begins anew")
      } else {
        checkpoint.remove()
      }
      let outcome: Trainer.Outcome
      do {
        outcome = try train(&trainer, checkpoint, epochs: options.epochs)
      } catch let error as TrainingError {
        // The trainer has gone back to its last good moment.
        if case .diverged = error { try checkpoint.save(trainer.snapshot()) }
        throw error
      }
      guard outcome != .interrupted else {
        try checkpoint.save(trainer.snapshot())
        throw interrupted(checkpoint)
      }
      // Testing may be interrupted or fail: the whole training is in the checkpoint by then.
      if test != nil { try checkpoint.save(trainer.snapshot()) }
      try finish(trainer, job, checkpoint, threads: options.threads)
      checkpoint.remove()
    }
  }

  private func interrupted(_ checkpoint: TrainingCheckpoint) -> Failure {
    Failure(message: "train: interrupted; the same command with --resume goes on from \(checkpoint.path)", code: 75)
  }

  /// What a training must be resumed with.
  private func settings(of job: TrainingJob, _ trainer: borrowing Trainer) -> [String: String] {
    [
      "the preprocessing": job.network.metadata["preprocessing"] ?? "",
      "the pictures": String(job.fingerprint ?? 0, radix: 16),
      "pictures at a time": String(trainer.step.imageShape[0]),
      "--data": data, "--split": split ?? "", "--limit": limit.map(String.init) ?? "", "--validation": validation,
      "--augment": augment, "--class-offset": String(classOffset),
      "--memory-limit": memoryLimit.map(String.init) ?? "",
    ].merging(training.settings) { $1 }
  }

  private func job() throws -> TrainingJob {
    guard limit.map({ $0 > 0 }) ?? true else { throw Failure.usage("--limit takes a positive number") }
    guard (0...1_000_000).contains(classOffset) else {
      throw Failure.usage("--class-offset takes 0 to 1000000, not \(classOffset)")
    }
    let dataset = try DatasetOption.open(data, split: split, for: .learning, quiet: common.quiet)
    let network: Graph
    if FileManager.default.fileExists(atPath: model) {
      network = try ONNXModel.load(path: model).graph
    } else {
      network = try ArchitectureOption.graph(
        ArchitectureOption.named(model), classes: dataset.classNames.count + classOffset, size: nil,
        seed: training.seed)
    }
    var job = TrainingJob(network: network, learning: limit.map(dataset.limited) ?? dataset, seed: training.seed)
    if let preprocess { job.network.metadata["preprocessing"] = try PreprocessOption.text(preprocess) }
    job.classOffset = classOffset
    job.labelSmoothing = training.labelSmoothing
    job.augmentation = try Augmentation(text: augment)
    job.memoryLimit = memoryLimit.map { max(0, min($0, 1 << 30)) * 1_000_000 }
    if FileManager.default.fileExists(atPath: validation) {
      job.validation = .dataset(try DatasetOption.open(validation, for: .validation, quiet: common.quiet))
    } else if validation == "none" {
      job.validation = .none
    } else {
      job.validation = .part(try PartSize(text: validation))
    }
    job.test = try test.map { try DatasetOption.open($0, for: .evaluation, quiet: common.quiet) }
    return job
  }

  /// Shows the decoding of one data set after another.
  private func decoding() -> (Int, Int) -> Bool {
    var bar: ProgressBar?
    return { done, total in
      if bar == nil { bar = ProgressBar("decoding", total: total, unit: "pictures", quiet: common.quiet) }
      bar?.update(done)
      if done == total {
        bar?.finish()
        bar = nil
      }
      return !Interruption.isRequested
    }
  }

  private func warn(_ job: TrainingJob) {
    guard !common.quiet else { return }
    for skipped in job.skipped where skipped.count > 0 {
      Terminal.error("edge-run: \(skipped.count) pictures skipped")
      for error in skipped.examples { Terminal.error("edge-run: skipped: \(error.message)") }
    }
  }

  private func train(
    _ trainer: inout Trainer, _ checkpoint: TrainingCheckpoint, epochs: Int
  ) throws -> Trainer.Outcome {
    let perEpoch = trainer.stepsPerEpoch
    var bar = ProgressBar("train", total: epochs * perEpoch, unit: "steps", quiet: common.quiet)
    let (json, quiet, logSteps, stopAfter) = (common.json, common.quiet, logSteps, stopAfter ?? .max)
    return try trainer.run(
      { event in
        switch event {
        case .step(let loss, let progress):
          let pictures = Double(max(progress.position, 1))
          let top1 = Format.percent(Double(progress.correct) / pictures)
          let rate = Format.number(pictures / max(progress.seconds, 1e-9), decimals: 0)
          bar.update(
            progress.steps,
            note: "epoch \(progress.epochs.count + 1)/\(epochs)  loss "
              + "\(Format.number(progress.lossSum / pictures, decimals: 4))  \(top1)  \(rate) pictures/s")
          if logSteps && json { try JSONOutput.write(StepLine(step: progress.steps, loss: loss)) }
          return progress.steps < stopAfter && !Interruption.isRequested
        case .epoch(let epoch):
          if json {
            try JSONOutput.write(EpochLine(epoch))
          } else if !quiet {
            bar.finish()
            Terminal.out(EpochLine(epoch).text)
          }
        }
        return !Interruption.isRequested
      },
      checkpoint: { try checkpoint.save($0) })
  }

  /// The accuracy on the test pictures; nil where there are none.
  private func testTop1(
    of network: Graph, _ job: TrainingJob, _ checkpoint: TrainingCheckpoint, outputs: Int, threads: Int
  ) throws -> Double? {
    do {
      guard let judge = try job.testJudge(outputs: outputs, threads: threads, progress: decoding()) else { return nil }
      if let top1 = try judge.top1(of: network, isStopped: { Interruption.isRequested }) { return top1 }
    } catch DatasetError.interrupted {
      // As where the judge was interrupted.
    }
    throw interrupted(checkpoint)
  }

  private func finish(
    _ trainer: borrowing Trainer, _ job: TrainingJob, _ checkpoint: TrainingCheckpoint, threads: Int
  ) throws {
    let network = job.finished(try trainer.network())
    let top1 = try testTop1(of: network, job, checkpoint, outputs: trainer.step.classes, threads: threads)
    try ONNXModel.save(network, to: output, replace: force)
    let epochs = trainer.progress.epochs
    if common.json {
      try JSONOutput.write(FileLine(file: output, testTop1: top1))
      return
    }
    if !common.quiet, epochs.count > 1 {
      for line in TrainingPlot.lines(epochs, width: min(Terminal.columns, 100)) { Terminal.out(line) }
    }
    var text = output
    if let best = trainer.progress.bestEpoch, let reached = epochs[best - 1].validationTop1 {
      text += ": epoch \(best), validation \(Format.percent(reached))"
    }
    if let top1 { text += ", test \(Format.percent(top1))" }
    Terminal.out(text)
  }

  /// The JSON contract's line of a step.
  private struct StepLine: Encodable {
    let step: Int
    let loss: Double
  }

  /// The JSON contract's line of an epoch.
  private struct EpochLine: Encodable {
    let epoch: Int
    let loss: Double
    let trainTop1: Double
    let validationTop1: Double?
    let imagesPerSecond: Double
    let seconds: Double

    init(_ epoch: TrainingProgress.Epoch) {
      self.epoch = epoch.epoch
      loss = epoch.loss
      trainTop1 = epoch.trainTop1
      validationTop1 = epoch.validationTop1
      imagesPerSecond = epoch.imagesPerSecond
      seconds = epoch.seconds
    }

    var text: String {
      let validation = validationTop1.map { "  validation \(Format.percent($0))" } ?? ""
      return
        "epoch \(epoch)  loss \(Format.number(loss, decimals: 4))  train \(Format.percent(trainTop1))\(validation)  "
        + "\(Format.number(imagesPerSecond, decimals: 0)) pictures/s  \(Format.duration(seconds))"
    }
  }

  /// The JSON contract's last line.
  private struct FileLine: Encodable {
    let file: String
    let testTop1: Double?
  }
}
