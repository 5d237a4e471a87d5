/// How a network is trained.
package struct TrainerOptions: Sendable {
  package var epochs: Int
  package var step: TrainingGraph.Options
  package var schedule: LearningRateSchedule
  /// Of the epochs' orders; augmentation has its own, the writer's.
  package var seed: UInt64 = 1
  /// Whether every epoch has an order of its own; else the data set's.
  package var shuffles = true
  package var threads: Int
  /// Epochs without a better validation accuracy after which training ends; nil for never.
  package var patience: Int?
  /// Seconds of training between two checkpoints.
  package var checkpointSeconds: Double = 60
  /// Pictures that the statistics of batch normalisations are computed from again before the network is judged or given
  /// out; 0 keeps the averages that training has gathered.
  package var statisticsPictures = 0

  package init(epochs: Int, step: TrainingGraph.Options, schedule: LearningRateSchedule, threads: Int) {
    self.epochs = epochs
    self.step = step
    self.schedule = schedule
    self.threads = threads
  }
}
