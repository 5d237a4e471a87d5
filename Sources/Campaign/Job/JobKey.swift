import AAPPolicy
import Datasets
import Pruning
import Training

/// A key of a job file: how it is read, what it means, and its default. The table is the only place that knows, for the
/// parser, `prune --keys` and the documentation.
package struct JobKey: Sendable {
  /// Why a value is not taken: what would be.
  struct Refusal: Error {
    let wanted: String
  }

  package let name: String
  /// The default in words.
  package let fallback: String
  package let meaning: String
  /// Puts a scalar's text into a job.
  let set: @Sendable (inout PruneJob, String) throws(Refusal) -> Void

  /// All keys but `bounds`, which has keys of its own.
  package static let all: [JobKey] = pictures + device + search + training

  private static let pictures: [JobKey] = [
    text(
      "model", \.model, fallback: "required", "the .onnx network to prune, trained; labels and preprocessing inside"),
    text("data", \.data, fallback: "required", "the pictures to train with: a data set as `train` takes it"),
    optional("split", \.split, fallback: "train", "the part of the data set, where it has parts"),
    JobKey(name: "limit", fallback: "all", meaning: "only this many pictures, spread evenly over the data set") {
      (job, text) throws(Refusal) in job.limit = try whole(text, 1...1_000_000_000)
    },
    text(
      "validation", \.validation, fallback: "0.1",
      "pictures that decide: a data set, a share of the pictures, or a number of them"),
    optional("test", \.test, fallback: "none", "pictures that are looked at in the end and decide nothing"),
    optional("preprocess", \.preprocess, fallback: "what the model says", "a preset or a file, as `train` takes it"),
    number("class-offset", \.classOffset, -1_000_000...1_000_000, "added to class indices"),
  ]

  private static let device: [JobKey] = [
    text(
      "target", \.target, fallback: "local",
      "where latency and memory are measured: `local`, `ssh://[user@]host[:port]`, `exec:COMMAND`, `record:FILE` or `replay:FILE`"
    ),
    number("threads", \.threads, 1...1024, "threads of the network on the target"),
    JobKey(name: "training-threads", fallback: "the machine's cores", meaning: "threads of training here") {
      (job, text) throws(Refusal) in job.trainingThreads = try whole(text, 1...1024)
    },
    real(
      "measure-seconds", \.measureSeconds, 0.05...3600,
      "seconds that a measurement takes at least; up to eight times as long where it straddles a bound"),
  ]

  private static let search: [JobKey] = [
    choice("objective", \.objective, "what is minimised within the bounds"),
    choice("channels", \.channels, "`inner`: channels of one layer alone; `all`: of residual additions as well"),
    JobKey(
      name: "criterion", fallback: "taylor (`paper`: attention)",
      meaning: "which channels matter; `prune --criteria` lists them"
    ) { (job, text) throws(Refusal) in
      do throws(PruningError) {
        _ = try ImportanceCriteria.named(text)
      } catch {
        throw Refusal(wanted: ImportanceCriteria.names.joined(separator: ", "))
      }
      job.criterion = text
    },
    JobKey(
      name: "weighting", fallback: "what is to be reduced",
      meaning: "layers are cut by their share of this: `latency`, `parameters`, `macs`, `activations`, or `none`"
    ) { (job, text) throws(Refusal) in
      guard ["latency", "parameters", "macs", "activations", "none"].contains(text) else {
        throw Refusal(wanted: "latency, parameters, macs, activations or none")
      }
      job.weighting = text
    },
    number("calibration-pictures", \.calibrationPictures, 2...1_000_000, "pictures that importance is estimated from"),
    number(
      "scoring-passes", \.scoringPasses, 1...1000,
      "parts that a round cuts in, judging channels anew in each (`paper`: one)"),
    number("minimum-channels", \.minimumChannels, 1...100_000, "channels that every layer keeps"),
    JobKey(
      name: "channel-multiple", fallback: "4 where latency is reduced, else 1",
      meaning: "layers keep a multiple of this many channels, as the target's kernels work in tiles"
    ) { (job, text) throws(Refusal) in job.channelMultiple = try whole(text, 1...1024) },
    choice("recipe", \.recipe, "`budget`: hours on a CPU; `paper`: the published schedule, rewinding included"),
    JobKey(name: "budget", fallback: "none", meaning: "time for everything: 90m, 2h, 1h30m, or seconds") {
      (job, text) throws(Refusal) in
      guard let seconds = seconds(text) else { throw Refusal(wanted: "a time such as 90m, 2h, 1h30m or 45s") }
      job.budget = seconds
    },
    real("search-share", \.searchShare, 0.01...0.99, "share of the budget for rounds; the final training has the rest"),
    number("rounds", \.rounds, 1...10_000, "rounds at most"),
    real("increment", \.increment, 0.001...1000, "the first step: a share of the way (`paper`: of the threshold)"),
    real("floor", \.floor, 1e-6...1, "smaller steps end the search"),
    real("slack", \.slack, 0...100, "points of accuracy that the final training is expected to win back"),
    real("overshoot", \.overshoot, 0...1, "how far below a bound is near enough, as a share of it"),
    flag("early-rejection", \.rejectsEarly, "whether rounds end half way where the accuracy would not come back"),
  ]

  private static let training: [JobKey] = [
    JobKey(name: "round-epochs", fallback: "from the budget, else 2", meaning: "epochs of a round's training") {
      (job, text) throws(Refusal) in job.roundEpochs = try whole(text, 0...100_000)
    },
    JobKey(name: "final-epochs", fallback: "from the budget, else 20", meaning: "epochs of the final training") {
      (job, text) throws(Refusal) in job.finalEpochs = try whole(text, 0...100_000)
    },
    number("final-trainings", \.finalTrainings, 0...100, "final trainings at most, while results break a bound"),
    JobKey(name: "learning-rate", fallback: "0.02 (`paper`: 0.1)", meaning: "highest learning rate of rounds") {
      (job, text) throws(Refusal) in job.learningRate = try number(text, 1e-6...10)
    },
    real("final-learning-rate", \.finalLearningRate, 1e-6...10, "highest learning rate of the final training"),
    schedule(
      "schedule", \.schedule, fallback: "constant (`paper`: steps)", "learning-rate schedule, as `train` takes it"),
    schedule(
      "final-schedule", \.finalSchedule, fallback: "as in rounds", "learning-rate schedule of the final training"),
    number("batch", \.batch, 2...65_536, "pictures a step"),
    JobKey(
      name: "augment", fallback: PruneJob().augment, meaning: "changes to pictures, as `train` takes them"
    ) { (job, text) throws(Refusal) in job.augment = try augmentation(text) },
    JobKey(
      name: "final-augment", fallback: "as in rounds", meaning: "changes to pictures in the final training"
    ) { (job, text) throws(Refusal) in job.finalAugment = try augmentation(text) },
    real("weight-decay", \.weightDecay, 0...1, "of matrices and filters"),
    real(
      "ema", \.averaging, 0...0.99999,
      "highest decay of the weights' moving average, less in short trainings; 0 for none"),
    text("teacher", \.teacher, fallback: "baseline", "learnt from as well: `baseline`, `none`, or an .onnx file"),
    real("teacher-weight", \.teacherWeight, 0...1, "the teacher's share in the loss"),
    real("temperature", \.temperature, 0.1...100, "at which both opinions are compared"),
    number("seed", \.seed, 0...Int(Int32.max), "decides validation pictures, orders, augmentation"),
  ]

  /// Seconds of "1h30m", "90m", "45s" or "5400".
  static func seconds(_ text: String) -> Double? {
    if let plain = Double(text) { return plain > 0 && plain < 1e9 ? plain : nil }
    var (total, digits) = (0.0, "")
    for character in text {
      if character.isNumber || character == "." {
        digits.append(character)
        continue
      }
      guard let value = Double(digits), let unit = ["h": 3600.0, "m": 60, "s": 1][character] else { return nil }
      total += value * unit
      digits = ""
    }
    return digits.isEmpty && total > 0 && total < 1e9 ? total : nil
  }

  // Kinds of keys

  private static func whole(_ text: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    guard let value = Int(text), range.contains(value) else {
      throw Refusal(wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private static func number(_ text: String, _ range: ClosedRange<Double>) throws(Refusal) -> Double {
    guard let value = Double(text), range.contains(value) else {
      throw Refusal(wanted: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private static func text(
    _ name: String, _ path: WritableKeyPath<PruneJob, String> & Sendable, fallback: String, _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: fallback, meaning: meaning) { (job, text) throws(Refusal) in
      guard !text.isEmpty else { throw Refusal(wanted: "a text") }
      job[keyPath: path] = text
    }
  }

  private static func optional(
    _ name: String, _ path: WritableKeyPath<PruneJob, String?> & Sendable, fallback: String, _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: fallback, meaning: meaning) { (job, text) throws(Refusal) in
      guard !text.isEmpty else { throw Refusal(wanted: "a text") }
      job[keyPath: path] = text
    }
  }

  /// The text of changes to pictures, checked.
  private static func augmentation(_ text: String) throws(Refusal) -> String {
    do throws(DatasetError) {
      _ = try Augmentation(text: text)
    } catch {
      throw Refusal(wanted: "changes as `train` takes them: \(error.message)")
    }
    return text
  }

  private static func schedule(
    _ name: String, _ path: WritableKeyPath<PruneJob, String?> & Sendable, fallback: String, _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: fallback, meaning: meaning) { (job, text) throws(Refusal) in
      do throws(ScheduleError) {
        _ = try LearningRateSchedule(text, peak: 1)
      } catch {
        throw Refusal(wanted: "a schedule as `train` takes it: \(error.reason)")
      }
      job[keyPath: path] = text
    }
  }

  private static func number(
    _ name: String, _ path: WritableKeyPath<PruneJob, Int> & Sendable, _ range: ClosedRange<Int>, _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: "\(PruneJob()[keyPath: path])", meaning: meaning) { (job, text) throws(Refusal) in
      job[keyPath: path] = try whole(text, range)
    }
  }

  private static func real(
    _ name: String, _ path: WritableKeyPath<PruneJob, Double> & Sendable, _ range: ClosedRange<Double>,
    _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: "\(PruneJob()[keyPath: path])", meaning: meaning) { (job, text) throws(Refusal) in
      job[keyPath: path] = try number(text, range)
    }
  }

  private static func flag(
    _ name: String, _ path: WritableKeyPath<PruneJob, Bool> & Sendable, _ meaning: String
  ) -> JobKey {
    JobKey(name: name, fallback: PruneJob()[keyPath: path] ? "yes" : "no", meaning: meaning) {
      (job, text) throws(Refusal) in
      switch text.lowercased() {
      case "yes", "true", "on": job[keyPath: path] = true
      case "no", "false", "off": job[keyPath: path] = false
      default: throw Refusal(wanted: "yes or no")
      }
    }
  }

  private static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<PruneJob, Value> & Sendable, _ meaning: String
  ) -> JobKey where Value.RawValue == String {
    JobKey(name: name, fallback: PruneJob()[keyPath: path].rawValue, meaning: meaning) { (job, text) throws(Refusal) in
      guard let value = Value(rawValue: text) else {
        throw Refusal(wanted: Value.allCases.map(\.rawValue).joined(separator: ", "))
      }
      job[keyPath: path] = value
    }
  }
}
