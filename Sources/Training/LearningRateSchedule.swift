import Foundation

/// How the learning rate goes over a training: a course, and a linear warm-up before it.
///
/// Courses and warm-up give what PyTorch's schedulers of the same names give (`CosineAnnealingLR`, `MultiStepLR`,
/// `OneCycleLR` with cosine annealing and without its momentum, `LinearLR` followed by one of them; `swa` is
/// `CosineAnnealingLR` that stays at its end).
package struct LearningRateSchedule: Sendable, Equatable {
  /// The form of the curve after the warm-up.
  package enum Course: Sendable, Equatable {
    /// The peak rate all the time.
    case constant
    /// Half a cosine from the peak rate down to `final` times it.
    case cosine(final: Double)
    /// Multiplied by `gamma` at each of `milestones`, fractions of the training between 0 and 1.
    case step(milestones: [Double], gamma: Double)
    /// Up from `peak / start` to the peak over the fraction `rise` of the training, then down to `peak / start / end`.
    case oneCycle(rise: Double, start: Double, end: Double)
    /// Half a cosine from the peak rate down to `final` times it over the fraction `anneal` of the training, then
    /// constant: for weights that are averaged meanwhile (Izmailov et al., "Averaging Weights Leads to Wider Optima and
    /// Better Generalization", UAI 2018, Section 3).
    case averaging(final: Double, anneal: Double)
  }

  /// How long the rate grows before the course begins.
  package enum WarmUp: Sendable, Equatable {
    case none
    case steps(Int)
    /// A fraction of the training, between 0 and 1.
    case fraction(Double)
  }

  /// The highest rate.
  package var peak: Double
  package var course: Course
  package var warmUp: WarmUp
  /// The rate of the first warm-up step, as a fraction of the peak.
  package static let warmUpStart = 0.01

  package init(peak: Double, course: Course, warmUp: WarmUp = .none) {
    self.peak = peak
    self.course = course
    self.warmUp = warmUp
  }

  /// The rate of one step of a training.
  ///
  /// - Parameters:
  ///   - step: The step, from 0; those beyond the training get the last step's rate.
  ///   - total: Steps of the whole training, warm-up included.
  /// - Complexity: O(milestones).
  package func rate(at step: Int, of total: Int) -> Double {
    let step = min(max(step, 0), max(total - 1, 0))
    let warm = warmUpSteps(of: total)
    if step < warm {
      let start = LearningRateSchedule.warmUpStart
      return peak * (start + (1 - start) * Double(step) / Double(warm))
    }
    return peak * factor(at: step - warm, of: total - warm)
  }

  /// Steps of the warm-up, at most the whole training.
  package func warmUpSteps(of total: Int) -> Int {
    let steps =
      switch warmUp {
      case .none: 0
      case .steps(let steps): steps
      case .fraction(let fraction): LearningRateSchedule.steps(fraction, of: total)
      }
    return min(max(steps, 0), max(total, 0))
  }

  private func factor(at step: Int, of total: Int) -> Double {
    switch course {
    case .constant: return 1
    case .cosine(let final):
      return LearningRateSchedule.anneal(from: 1, to: final, Double(step) / Double(max(total, 1)))
    case .averaging(let final, let anneal):
      let steps = anneal * Double(total)
      return LearningRateSchedule.anneal(from: 1, to: final, steps > 0 ? min(Double(step) / steps, 1) : 1)
    case .step(let milestones, let gamma):
      let passed = milestones.count { LearningRateSchedule.steps($0, of: total) <= step }
      return pow(gamma, Double(passed))
    case .oneCycle(let rise, let start, let end):
      // Both phases count from their first to their last step.
      let top = rise * Double(total) - 1
      let last = Double(total - 1)
      if top > 0, Double(step) <= top { return LearningRateSchedule.anneal(from: 1 / start, to: 1, Double(step) / top) }
      let begin = max(top, 0)
      let progress = last > begin ? (Double(step) - begin) / (last - begin) : 1
      return LearningRateSchedule.anneal(from: 1, to: 1 / start / end, progress)
    }
  }

  /// Half a cosine.
  private static func anneal(from: Double, to: Double, _ progress: Double) -> Double {
    to + (from - to) * (1 + cos(.pi * progress)) / 2
  }

  private static func steps(_ fraction: Double, of total: Int) -> Int {
    let steps = (fraction * Double(total)).rounded()
    return steps.isFinite && abs(steps) < 1e15 ? Int(steps) : 0
  }
}
