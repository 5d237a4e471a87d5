import ArgumentParser
import Training

/// How `train` learns.
struct TrainingArguments: ParsableArguments {
  @Option(help: "Epochs.") var epochs = 10
  @Option(help: "Pictures a step.") var batch = 128
  @Option(help: "Highest learning rate (default: 0.1 for sgd, 0.002 for adamw).") var lr: Double?
  @Option(help: "Learning-rate schedule: \(LearningRateSchedule.names.joined(separator: ", ")).")
  var schedule = "one-cycle"
  @Option(help: "sgd (Nesterov momentum) or adamw.") var optimizer = "sgd"
  @Option(help: "Momentum of sgd.") var momentum: Float = 0.9
  @Option(help: "Weight decay of matrices and filters (default: 0.0005 for sgd, 0.01 for adamw).")
  var weightDecay: Float?
  @Option(help: "Share of every target that is spread over all classes.") var labelSmoothing = 0.0
  @Option(help: "Largest global norm of the gradient.") var clipNorm: Float?
  @Option(help: "Decay of a moving average of the weights, which is what is judged and written: 0.999, say.")
  var ema: Float?
  @Option(
    help: "Pictures that batch normalisation's statistics are computed from before judging (default: 4096 with --ema).")
  var recomputeStatistics: Int?
  @Option(help: "A network to learn from as well: same pictures, same classes.") var teacher: String?
  @Option(help: "The teacher's share in the loss.") var teacherWeight: Float = 0.5
  @Option(help: "Temperature at which both opinions are compared.") var temperature: Float = 4
  @Option(help: "End after this many epochs without a better validation accuracy.") var patience: Int?
  @Option(help: "Seconds of training between two checkpoints.") var checkpointEvery: Double = 60
  @Option(help: "Decides orders, augmentation, the validation pictures, and the weights of an architecture.")
  var seed: UInt64 = 1
  @Flag(inversion: .prefixedNo, help: "An order of its own for every epoch.") var shuffle = true

  private var statisticsPictures: Int { recomputeStatistics ?? (ema == nil ? 0 : 4096) }

  /// Everything that decides the result, as text; but for the learning rate, which may be lowered where a loss has
  /// grown beyond all bounds.
  var settings: [String: String] {
    [
      "--epochs": String(epochs), "--batch": String(batch), "--schedule": schedule,
      "--optimizer": optimizer, "--momentum": "\(momentum)", "--weight-decay": weightDecay.map { "\($0)" } ?? "",
      "--label-smoothing": "\(labelSmoothing)", "--clip-norm": clipNorm.map { "\($0)" } ?? "",
      "--ema": ema.map { "\($0)" } ?? "", "--recompute-statistics": String(statisticsPictures),
      "--teacher": teacher ?? "", "--teacher-weight": "\(teacherWeight)",
      "--temperature": "\(temperature)", "--patience": patience.map(String.init) ?? "", "--seed": String(seed),
      "--shuffle": String(shuffle),
    ]
  }

  /// The options of a trainer.
  func options(threads: Int) throws -> TrainerOptions {
    guard (2...65_536).contains(batch) else { throw Failure.usage("--batch takes 2 to 65536 pictures, not \(batch)") }
    guard (1...100_000).contains(epochs) else { throw Failure.usage("--epochs takes 1 to 100000, not \(epochs)") }
    guard checkpointEvery >= 0 else { throw Failure.usage("--checkpoint-every takes a number of seconds") }
    guard patience.map({ $0 > 0 }) ?? true else { throw Failure.usage("--patience takes a positive number") }
    var step = TrainingGraph.Options(batch: batch)
    let peak: Double
    switch optimizer {
    case "sgd":
      step.optimizer = .sgd(
        momentum: try share(momentum, "--momentum"), nesterov: momentum > 0, weightDecay: try decay(5e-4))
      peak = lr ?? 0.1
    case "adamw":
      step.optimizer = .adamW(weightDecay: try decay(1e-2))
      peak = lr ?? 0.002
    default: throw Failure.usage("--optimizer \(optimizer): there are sgd and adamw")
    }
    guard statisticsPictures >= 0 else { throw Failure.usage("--recompute-statistics takes a number of pictures") }
    if let clipNorm {
      guard clipNorm > 0 else { throw Failure.usage("--clip-norm takes a positive number") }
      step.clipping = clipNorm
    }
    if let ema { step.averaging = try share(ema, "--ema") }
    if teacher != nil {
      guard teacherWeight > 0, teacherWeight <= 1, temperature > 0, temperature <= 100 else {
        throw Failure.usage("--teacher-weight takes a share up to 1, --temperature a number up to 100")
      }
      step.distillation = (teacherWeight, temperature)
    }
    let course: LearningRateSchedule
    do {
      course = try LearningRateSchedule(schedule, peak: peak)
    } catch {
      throw Failure.usage(error.message)
    }
    var options = TrainerOptions(epochs: epochs, step: step, schedule: course, threads: threads)
    options.seed = seed
    options.shuffles = shuffle
    options.patience = patience
    options.checkpointSeconds = checkpointEvery
    options.statisticsPictures = statisticsPictures
    return options
  }

  private func share(_ value: Float, _ name: String) throws -> Float {
    guard value >= 0, value < 1 else { throw Failure.usage("\(name) takes a number from 0 to below 1, not \(value)") }
    return value
  }

  private func decay(_ fallback: Float) throws -> Float {
    let value = weightDecay ?? fallback
    guard value >= 0, value <= 1 else { throw Failure.usage("--weight-decay takes a number from 0 to 1, not \(value)") }
    return value
  }
}
