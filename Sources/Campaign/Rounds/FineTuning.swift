import AAPPolicy
import CPlatform
import Foundation
import Graph
import Training

/// Trains a network that has lost channels: with the unpruned network's opinion, judged after every epoch, resumable at
/// any step.
struct FineTuning {
  /// How long and how fast.
  struct Course {
    var epochs: Int
    var learningRate: Double
    var schedule: String
    /// Changes to pictures; nil for the job's.
    var augmentation: Augmentation?
    /// Whether the result has the weights' moving average.
    var averages: Bool
    /// Of the epochs' orders.
    var seed: UInt64
    /// Where a checkpoint is kept while it runs.
    var checkpoint: String
  }

  enum Ending {
    /// After all epochs.
    case whole
    /// Half way, as the bounds are out of reach.
    case hopeless
    /// Its loss was no number any more; why, in words. The network is the untrained one.
    case diverged(String)
  }

  struct Result {
    let network: Graph
    let training: TrainingRecord
    let ending: Ending
    /// Spent on it before it was last interrupted.
    let earlierSeconds: Double
  }

  /// Asked after an epoch: epochs done of how many, and the accuracies so far; true ends training.
  typealias Hopelessness = (_ done: Int, _ epochs: Int, _ top1: [Double]) -> Bool

  let job: PruneJob
  let pictures: TrainingJob
  let teacher: Graph?
  let threads: Int
  let isStopped: @Sendable () -> Bool
  let report: (CampaignEvent) -> Void

  /// Pictures that averaged weights' statistics are computed from.
  private static let statisticsPictures = 4096
  private static let checkpointSeconds = 20.0

  /// - Throws: `CancellationError` where it was stopped; a checkpoint is left to go on from.
  func train(_ network: Graph, _ course: Course, before top1: Double, isHopeless: Hopelessness) throws -> Result {
    guard course.epochs > 0 else {
      return Result(
        network: network, training: TrainingRecord(epochs: 0, secondsPerEpoch: 0, validationTop1: [top1]),
        ending: .whole, earlierSeconds: 0)
    }
    var pictures = pictures
    pictures.network = network
    if let augmentation = course.augmentation { pictures.augmentation = augmentation }
    var trainer = try pictures.trainer(options(course), teacher: teacher)
    let checkpoint = TrainingCheckpoint(
      path: course.checkpoint, trainer: trainer,
      settings: ["epochs": "\(course.epochs)", "rate": "\(course.learningRate)", "seed": "\(course.seed)"])
    if FileManager.default.fileExists(atPath: checkpoint.path) {
      do throws(CheckpointError) {
        trainer.restore(try checkpoint.load())
      } catch {
        report(.warning("\(error.message); this training begins anew"))
      }
    }
    let (perEpoch, before) = (trainer.stepsPerEpoch, trainer.progress)
    let start = ep_now_ns()
    func accuracies(_ progress: TrainingProgress) -> [Double] { [top1] + progress.epochs.compactMap(\.validationTop1) }
    var seen = accuracies(trainer.progress)
    var isOver = seen.count > 1 && isHopeless(seen.count - 1, course.epochs, seen)
    if !isOver, trainer.progress.epochs.count < course.epochs {
      do {
        let outcome = try trainer.run(
          { event in
            switch event {
            case .step(let loss, let progress):
              report(
                .training(
                  step: progress.steps, of: course.epochs * perEpoch, loss: loss, epoch: progress.epochs.count + 1))
            case .epoch(let epoch):
              seen.append(epoch.validationTop1 ?? 0)
              isOver = epoch.epoch < course.epochs && isHopeless(epoch.epoch, course.epochs, seen)
            }
            return !isOver && !isStopped()
          }, checkpoint: { try checkpoint.save($0) })
        if outcome == .interrupted, !isOver {
          try checkpoint.save(trainer.snapshot())
          throw CancellationError()
        }
      } catch TrainingError.diverged(let epoch, let step, let layer) {
        return Result(
          network: network, training: record(trainer.progress, since: before, start, perEpoch, accuracies),
          ending: .diverged(
            "the loss is not finite at step \(step) of epoch \(epoch); the first layer whose result is not: '\(layer)'"),
          earlierSeconds: before.allSeconds)
      }
    }
    return Result(
      network: pictures.finished(try trainer.network()),
      training: record(trainer.progress, since: before, start, perEpoch, accuracies),
      ending: isOver ? .hopeless : .whole, earlierSeconds: before.allSeconds)
  }

  /// - Parameters:
  ///   - before: Where it was gone on from, at `start`.
  ///   - perEpoch: Steps of an epoch.
  private func record(
    _ progress: TrainingProgress, since before: TrainingProgress, _ start: UInt64, _ perEpoch: Int,
    _ accuracies: (TrainingProgress) -> [Double]
  ) -> TrainingRecord {
    let seconds = before.allSeconds + Double(ep_now_ns() - start) / 1e9
    return TrainingRecord(
      epochs: progress.epochs.count, secondsPerEpoch: seconds / Double(max(progress.steps, 1)) * Double(perEpoch),
      validationTop1: accuracies(progress))
  }

  /// How long an epoch takes, from a few steps after the first two.
  func secondsPerEpoch(_ network: Graph, steps: Int) throws -> Double {
    var pictures = pictures
    pictures.network = network
    let course = Course(epochs: 1, learningRate: 1e-6, schedule: "constant", averages: false, seed: 1, checkpoint: "")
    var trainer = try pictures.trainer(options(course), teacher: teacher)
    let perEpoch = trainer.stepsPerEpoch
    var begun: (step: Int, seconds: Double)?
    var perStep = 0.0
    _ = try trainer.run { event in
      guard case .step(_, let progress) = event else { return true }
      if progress.steps <= 2 { begun = (progress.steps, progress.seconds) }
      if let begun, progress.steps > begun.step {
        perStep = (progress.seconds - begun.seconds) / Double(progress.steps - begun.step)
      }
      return progress.steps < steps && !isStopped()
    }
    if isStopped() { throw CancellationError() }
    return perStep * Double(perEpoch)
  }

  private func options(_ course: Course) throws -> TrainerOptions {
    var step = TrainingGraph.Options(
      batch: job.batch, optimizer: .sgd(momentum: 0.9, nesterov: true, weightDecay: Float(job.weightDecay)))
    if course.averages {
      // An average over more than a third of a training would still have the weights that were cut.
      let steps = course.epochs * (try pictures.batches(augmented: true).pictures.count / job.batch)
      step.averaging = Float(min(job.averaging, 1 - 3 / Double(max(steps, 6))))
    }
    if teacher != nil, job.teacherWeight > 0 {
      step.distillation = (Float(job.teacherWeight), Float(job.temperature))
    }
    var options = TrainerOptions(
      epochs: course.epochs, step: step, schedule: try LearningRateSchedule(course.schedule, peak: course.learningRate),
      threads: threads)
    options.seed = course.seed
    options.checkpointSeconds = FineTuning.checkpointSeconds
    if course.averages { options.statisticsPictures = FineTuning.statisticsPictures }
    return options
  }
}
