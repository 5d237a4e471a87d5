import AAPPolicy
import Pruning

/// What a job file says: the network, the pictures, the device, the bounds, and how to search.
package struct PruneJob: Sendable, Equatable {
  /// A limit as written: absolute, or a share of what the unpruned network has.
  package enum Limit: Sendable, Equatable {
    case absolute(Double)
    /// "50%"
    case share(Double)

    /// The limit in numbers, for an unpruned network's value.
    package func value(baseline: Double) -> Double {
      switch self {
      case .absolute(let value): value
      case .share(let share): share * baseline
      }
    }
  }

  package enum Recipe: String, Sendable, CaseIterable {
    /// Trained weights are kept, rounds are short, the chosen network is trained long.
    case budget
    /// The published schedule: thresholds times shares, weights rewound, every round a whole training.
    case paper
  }

  package var model = ""
  package var data = ""
  package var split: String?
  package var limit: Int?
  package var validation = "0.1"
  package var test: String?
  package var preprocess: String?
  package var classOffset = 0

  package var target = "local"
  package var threads = 1
  package var trainingThreads: Int?
  package var measureSeconds = 2.0

  package var objective = Quantity.latency
  package var bounds: [Quantity: Limit] = [:]
  /// Which groups of channels may be cut.
  package var channels = GroupScope.inner
  /// nil: `taylor`, or `attention` with the paper's recipe.
  package var criterion: String?
  /// nil: by what is to be reduced.
  package var weighting: String?
  package var calibrationPictures = 1024
  package var scoringPasses = 8
  package var minimumChannels = 2
  /// nil: what the target's kernels like, where latency is to be reduced; else 1.
  package var channelMultiple: Int?

  package var recipe = Recipe.budget
  /// Seconds for everything; nil for as long as the epochs take.
  package var budget: Double?
  package var searchShare = 0.4
  package var rounds = 30
  package var increment = 0.15
  package var floor = 0.02
  package var slack = 1.0
  package var overshoot = 0.05
  package var rejectsEarly = true

  package var roundEpochs: Int?
  package var finalEpochs: Int?
  package var finalTrainings = 2
  /// nil: 0.02, or 0.1 with the paper's recipe.
  package var learningRate: Double?
  package var finalLearningRate = 0.02
  /// nil: `constant`, or the paper's steps with its recipe.
  package var schedule: String?
  /// nil: as in rounds.
  package var finalSchedule: String?
  package var batch = 128
  package var augment = "crop:4"
  /// nil: as in rounds.
  package var finalAugment: String?
  package var weightDecay = 5e-4
  package var averaging = 0.9995
  package var teacher = "baseline"
  package var teacherWeight = 0.9
  package var temperature = 4.0
  package var seed = 1

  /// The keys as the file has them, those of bounds as `bounds.latency-p50`.
  package var settings: [String: String] = [:]

  package init() {}
}
