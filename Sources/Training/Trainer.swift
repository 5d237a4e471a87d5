import CPlatform
import Datasets
import Graph
import Runtime

/// Trains a network epoch by epoch: batches in, weights changed, accuracy judged, the best kept.
///
/// A fixed seed gives the same bits at any number of threads, and so does going on from a `snapshot`.
///
///     var trainer = try Trainer(network, learning: writer, judge: judge, options)
///     let outcome = try trainer.run { event in !isStopped }
package struct Trainer: ~Copyable {
  /// What `run` tells its caller, who answers whether to go on.
  package enum Event: Sendable {
    /// A step: its loss, and where the epoch stands.
    case step(loss: Double, TrainingProgress)
    /// An epoch is over.
    case epoch(TrainingProgress.Epoch)
  }

  /// How a `run` ended.
  package enum Outcome: Sendable, Equatable {
    case finished
    /// No better validation accuracy for as long as `patience` says.
    case stoppedEarly
    /// The caller said so; `snapshot` has everything to go on from.
    case interrupted
  }

  /// Everything that changes while training, at one moment.
  package struct Snapshot: Sendable {
    package var progress: TrainingProgress
    /// In the order of the step's states.
    package var states: [Tensor]
    /// The states of the best epoch, where there is one.
    package var best: [Tensor]?

    package init(progress: TrainingProgress, states: [Tensor], best: [Tensor]?) {
      self.progress = progress
      self.states = states
      self.best = best
    }
  }

  package let step: TrainingGraph
  package private(set) var progress = TrainingProgress()
  private let options: TrainerOptions
  private let learning: BatchWriter
  private let judge: Judge?
  private var session: TrainingSession
  private var teacher: Teacher?
  private var best: [Tensor]?
  /// When the last checkpoint was due.
  private var saved = ep_now_ns()
  /// What a step that is not finite is looked into from.
  private var lastGood: Snapshot?

  /// - Parameters:
  ///   - network: Its weights are what training starts from.
  ///   - learning: The pictures to learn from.
  ///   - judge: Decides which epoch is kept; nil keeps the last.
  ///   - teacher: Network to learn from as well; used where the options say how.
  package init(
    _ network: Graph, learning: BatchWriter, judge: Judge?, teacher: Graph? = nil, _ options: TrainerOptions
  ) throws {
    guard options.epochs > 0, options.epochs <= 1_000_000 else {
      throw TrainingError.invalidOptions(reason: "\(options.epochs) epochs: give 1 to 1000000")
    }
    guard learning.pictures.count >= options.step.pictures else {
      throw TrainingError.invalidOptions(
        reason:
          "a batch of \(options.step.pictures) is more than the \(learning.pictures.count) pictures there are: give "
          + "a smaller batch")
    }
    let step = try TrainingGraph(network, options.step)
    guard step.classes == learning.outputs else {
      throw TrainingError.unsuitableNetwork(
        reason: "it has \(step.classes) outputs, the targets \(learning.outputs)")
    }
    let frame = learning.pictures.frame
    guard step.imageShape == [options.step.batch, 3, frame.height, frame.width] else {
      throw TrainingError.unsuitableNetwork(
        reason: "it takes \(Shape.text(Array(step.imageShape.dropFirst()))), the pictures are prepared as "
          + "3x\(frame.height)x\(frame.width): change the preprocessing")
    }
    let session = try TrainingSession(step, threads: options.threads)
    var instructor: Teacher?
    if let teacher, step.teacher != nil {
      instructor = try Teacher(teacher, images: step.imageShape, classes: step.classes, threads: options.threads)
    }
    self.step = step
    self.options = options
    self.learning = learning
    self.judge = judge
    self.session = session
    self.teacher = instructor
  }

  /// Bytes of activations, gradients and state.
  package var arenaBytes: Int { session.arenaBytes }

  /// Steps of one epoch; pictures that do not fill a batch wait for another epoch's order.
  package var stepsPerEpoch: Int { learning.pictures.count / options.step.pictures }

  /// Everything to go on from.
  package func snapshot() -> Snapshot { Snapshot(progress: progress, states: session.state(), best: best) }

  /// Goes back to a snapshot of a trainer with the same network and options.
  package mutating func restore(_ snapshot: Snapshot) {
    progress = snapshot.progress
    best = snapshot.best
    session.restore(snapshot.states)
    session.stepsDone = progress.steps
  }

  /// The network as trained: the best epoch's weights where a judge chose, else the last ones.
  package func network() throws -> Graph { try network(best ?? session.state()) }

  private func network(_ states: [Tensor]) throws -> Graph {
    let network = step.trained(states, averaged: options.step.averaging != nil)
    guard options.statisticsPictures > 0 else { return network }
    return try StatisticsRecomputation(
      learning, pictures: options.statisticsPictures, batch: options.step.batch, threads: options.threads,
      seed: options.seed
    ).apply(to: network)
  }

  /// Trains until all epochs are over, or the caller's answer is false.
  ///
  /// - Parameters:
  ///   - report: Told of every step and epoch; answers whether to go on.
  ///   - checkpoint: Given everything to go on from, now and then.
  /// - Throws: `TrainingError.diverged` for a loss that is not finite; `DatasetError` for pictures that cannot be read.
  package mutating func run(
    _ report: (Event) throws -> Bool, checkpoint: (Snapshot) throws -> Void = { _ in }
  ) throws -> Outcome {
    let total = options.epochs * stepsPerEpoch
    while progress.epochs.count < options.epochs {
      if isOutOfPatience { return .stoppedEarly }
      let epoch = progress.epochs.count
      guard try runEpoch(epoch, of: total, report, checkpoint) else { return .interrupted }
      var record = summary(of: epoch)
      if let judge {
        record.validationTop1 = try judge.top1(of: network(session.state()))
        let reached = record.validationTop1 ?? 0
        let before = progress.bestEpoch.flatMap { progress.epochs[$0 - 1].validationTop1 } ?? -1
        if reached >= before {
          best = session.state()
          progress.bestEpoch = epoch + 1
        }
      }
      progress.epochs.append(record)
      (progress.position, progress.lossSum, progress.correct, progress.seconds) = (0, 0, 0, 0)
      guard try report(.epoch(record)) else {
        return progress.epochs.count == options.epochs ? .finished : .interrupted
      }
    }
    return .finished
  }

  /// Whether the best accuracy was reached so many epochs ago: equal ones since are no better.
  private var isOutOfPatience: Bool {
    guard let patience = options.patience, let best = progress.bestEpoch,
      let first = progress.epochs.first(where: { $0.validationTop1 == progress.epochs[best - 1].validationTop1 })
    else { return false }
    return progress.epochs.count - first.epoch >= patience
  }

  /// The rest of an epoch; false where the caller stops it.
  private mutating func runEpoch(
    _ epoch: Int, of total: Int, _ report: (Event) throws -> Bool, _ checkpoint: (Snapshot) throws -> Void
  ) throws -> Bool {
    lastGood = snapshot()
    let loader = try loader(epoch, from: progress.position)
    defer { loader.stop() }
    while true {
      let start = ep_now_ns()
      guard let batch = try loader.next() else { return true }
      let rate = Float(options.schedule.rate(at: progress.steps, of: total))
      let (loss, correct) = run(batch, rate: rate)
      guard loss.isFinite else { throw try explain(epoch, total) }
      progress.steps += 1
      progress.position = loader.position
      progress.lossSum += Double(loss) * Double(batch.count)
      progress.correct += correct
      progress.seconds += Double(ep_now_ns() - start) / 1e9
      guard try report(.step(loss: Double(loss), progress)) else { return false }
      guard Double(ep_now_ns() - saved) / 1e9 > options.checkpointSeconds else { continue }
      saved = ep_now_ns()
      let good = snapshot()
      lastGood = good
      try checkpoint(good)
    }
  }

  private func loader(_ epoch: Int, from position: Int) throws(DatasetError) -> BatchLoader {
    let count = learning.pictures.count
    let order =
      options.shuffles ? EpochOrder.shuffled(count: count, seed: options.seed, epoch: epoch) : Array(0..<count)
    return try BatchLoader(
      learning, order: order, epoch: epoch, batchSize: options.step.pictures, lastBatch: .dropped, position: position)
  }

  /// A step, batch by batch: the mean loss, and how many pictures were classified rightly.
  private mutating func run(_ batch: Batch, rate: Float) -> (loss: Float, correct: Int) {
    var loss: Float = 0
    var correct = 0
    for part in 0..<step.batches {
      let images = place(batch, part)
      if let logits = session.teacher { teacher?.judge(images, into: logits) }
      loss += session.run(rate: rate) / Float(step.batches)
      correct += session.correct(Array(batch.labels[part * options.step.batch..<(part + 1) * options.step.batch]))
    }
    return (loss, correct)
  }

  /// Copies a part of a step's pictures to where the session looks for them.
  private func place(_ batch: Batch, _ part: Int) -> UnsafeBufferPointer<Float> {
    let (images, targets) = (session.images.count, session.targets.count)
    let pictures = UnsafeBufferPointer(rebasing: batch.images[part * images..<(part + 1) * images])
    _ = session.images.update(fromContentsOf: pictures)
    _ = session.targets.update(fromContentsOf: batch.targets[part * targets..<(part + 1) * targets])
    return pictures
  }

  private func summary(of epoch: Int) -> TrainingProgress.Epoch {
    let pictures = max(progress.position, 1)
    return TrainingProgress.Epoch(
      epoch: epoch + 1, loss: progress.lossSum / Double(pictures),
      trainTop1: Double(progress.correct) / Double(pictures), validationTop1: nil,
      imagesPerSecond: progress.seconds > 0 ? Double(pictures) / progress.seconds : 0, seconds: progress.seconds)
  }

  /// Goes back to the last good moment, repeats what followed up to the step before the one that failed, and looks for the
  /// first layer whose result is not finite.
  private mutating func explain(_ epoch: Int, _ total: Int) throws -> TrainingError {
    let failed = progress.steps
    guard let lastGood else { return .diverged(epoch: epoch + 1, step: failed + 1, layer: "unknown") }
    restore(lastGood)
    let loader = try loader(epoch, from: progress.position)
    defer { loader.stop() }
    while let batch = try loader.next() {
      let rate = Float(options.schedule.rate(at: progress.steps, of: total))
      if progress.steps == failed {
        var layer = "loss"
        for part in 0..<step.batches where layer == "loss" {
          layer = try session.firstInfinite(place(batch, part))
        }
        restore(lastGood)
        return .diverged(epoch: epoch + 1, step: failed - epoch * stepsPerEpoch + 1, layer: layer)
      }
      _ = run(batch, rate: rate)
      progress.steps += 1
    }
    return .diverged(epoch: epoch + 1, step: failed + 1, layer: "unknown")
  }
}
