import Architectures
import Compiler
import Datasets
import Foundation
import Graph
import Imaging
import Testing
import Training

/// Whole trainings of a small network on a few random pictures.
@Suite struct TrainerTests {
  private let fixture: PictureFixture
  private let writer: BatchWriter
  private let network: Graph

  init() throws {
    fixture = try PictureFixture(count: 48)
    writer = try BatchWriter(
      fixture.decoded(), targets: Array(0..<10), outputs: 10, augmentation: Augmentation(text: "crop:2,flip"), seed: 3)
    let architecture = try #require(Architecture.named("signnet"))
    var parameters = architecture.parameters(seed: 3)
    parameters.classCount = 10
    parameters.inputSize = PixelSize(square: 32)
    network = try architecture.graph(parameters)
  }

  private func options(epochs: Int = 2, _ change: (inout TrainerOptions) -> Void = { _ in }) throws -> TrainerOptions {
    var result = TrainerOptions(
      epochs: epochs, step: TrainingGraph.Options(batch: 8),
      schedule: try LearningRateSchedule("one-cycle", peak: 0.05),
      threads: 2)
    result.seed = 3
    change(&result)
    return result
  }

  private func judge() throws -> Judge {
    Judge(try BatchWriter(fixture.decoded(), targets: Array(0..<10), outputs: 10), threads: 2)
  }

  @Test func goingOnFromASnapshotEndsInTheSameBits() throws {
    var whole = try Trainer(network, learning: writer, judge: judge(), options { $0.threads = 1 })
    #expect(try whole.run { _ in true } == .finished)
    for stop in [1, 5, 6, 7, 11] {
      var first = try Trainer(network, learning: writer, judge: judge(), options())
      let outcome = try first.run { event in
        if case .step(_, let progress) = event { return progress.steps < stop }
        return true
      }
      #expect(outcome == .interrupted)
      var second = try Trainer(network, learning: writer, judge: judge(), options())
      second.restore(first.snapshot())
      #expect(try second.run { _ in true } == .finished)
      #expect(second.snapshot().states == whole.snapshot().states, "interrupted after step \(stop)")
      #expect(try second.network().constants == whole.network().constants)
    }
  }

  @Test func theBestEpochIsKept() throws {
    var trainer = try Trainer(network, learning: writer, judge: judge(), options(epochs: 4))
    _ = try trainer.run { _ in true }
    let accuracies = trainer.progress.epochs.compactMap { $0.validationTop1 }
    let best = try #require(trainer.progress.bestEpoch)
    #expect(accuracies.count == 4 && accuracies[best - 1] == accuracies.max())
    #expect(try judge().top1(of: trainer.network()) == accuracies[best - 1])
  }

  @Test func patienceEndsTraining() throws {
    var trainer = try Trainer(
      network, learning: writer, judge: judge(),
      options(epochs: 50) {
        $0.patience = 1
        $0.schedule = LearningRateSchedule(peak: 0, course: .constant)
      })
    // At a rate of 0 only the running statistics move; an accuracy that is no better ends it.
    let outcome = try trainer.run { _ in true }
    let accuracies = trainer.progress.epochs.compactMap { $0.validationTop1 }
    #expect(outcome == (accuracies.count == 50 ? .finished : .stoppedEarly))
    if accuracies.count > 1 { #expect(zip(accuracies, accuracies.dropFirst()).dropLast().allSatisfy { $0 < $1 }) }
    // Gone on with, it is over.
    #expect(try trainer.run { _ in true } == outcome)
    #expect(trainer.progress.epochs.count == accuracies.count)
  }

  /// What a teacher thinks is taken before its softmax, as a student's is; one of other classes or pictures is refused.
  @Test func teachersFitTheirStudents() throws {
    func losses(_ teacher: Graph) throws -> [Double] {
      var losses: [Double] = []
      var trainer = try Trainer(
        network, learning: writer, judge: nil, teacher: teacher,
        options(epochs: 1) { $0.step.distillation = (0.9, 4) })
      _ = try trainer.run { event in
        if case .step(let loss, _) = event { losses.append(loss) }
        return true
      }
      return losses
    }
    var softmax = network
    let probabilities = softmax.addValue("probabilities")
    softmax.nodes.append(
      Node(name: "softmax", op: "Softmax", inputs: [network.outputs[0]], outputs: [probabilities], attributes: [:]))
    softmax.outputs = [probabilities]
    let expected = try losses(network)
    #expect(expected.count == 6)
    #expect(try losses(softmax) == expected)
    let architecture = try #require(Architecture.named("signnet"))
    for (classes, side) in [(12, 32), (10, 64)] {
      var parameters = architecture.parameters(seed: 4)
      parameters.classCount = classes
      parameters.inputSize = PixelSize(square: side)
      let other = try architecture.graph(parameters)
      #expect(throws: TrainingError.self) { try losses(other) }
    }
  }

  @Test func statisticsAreThoseOfTheWeights() throws {
    var spoilt = network
    let running = network.nodes.filter { $0.op == "BatchNormalization" }.flatMap { [$0.input(3), $0.input(4)] }
    for case let id? in running {
      guard let tensor = network.constants[id] else { continue }
      spoilt.constants[id] = Tensor(
        type: tensor.type, shape: tensor.shape, doubles: Array(repeating: 7, count: tensor.elementCount))
    }
    let recomputation = StatisticsRecomputation(writer, pictures: 48, batch: 16, threads: 2)
    let (a, b) = (try recomputation.apply(to: network), try recomputation.apply(to: spoilt))
    #expect(a.constants == b.constants && a.constants != network.constants)

    // The first step's statistics, from how far it moved the running averages.
    let one = try StatisticsRecomputation(writer, pictures: 16, batch: 16, threads: 2, seed: 3).apply(to: network)
    var still = try options { $0.schedule = LearningRateSchedule(peak: 0, course: .constant) }
    still.step.batch = 16
    var trainer = try Trainer(network, learning: writer, judge: nil, still)
    #expect(try trainer.run { _ in false } == .interrupted)
    let trained = try trainer.network()
    for case let id? in running {
      let (before, after) = (try #require(network.constants[id]).doubles, try #require(trained.constants[id]).doubles)
      let moved = zip(before, after).map { $0 + ($1 - $0) / 0.1 }
      let actual = try #require(one.constants[id]).doubles
      let scale = max(moved.map(abs).max() ?? 0, 0.1)
      let worst = zip(moved, actual).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= 1e-4 * scale, "\(network.name(of: id)): \(worst) of \(scale)")
    }
  }

  /// Of one batch of all pictures: what a training step tells of it before it changes anything. Running statistics count
  /// for nothing.
  @Test func lossByBatchesIsTrainings() throws {
    let plain = try BatchWriter(fixture.decoded(), targets: Array(0..<10), outputs: 10)
    var options = try options(epochs: 1)
    options.step.batch = 48
    var trainer = try Trainer(network, learning: plain, judge: nil, options)
    var trained: Double?
    _ = try trainer.run { event in
      if case .step(let loss, _) = event { trained = loss }
      return true
    }
    let loss = BatchLoss(plain, pictures: 48, batch: 48, threads: 2)
    let (mean, wanted) = (try loss.mean(of: network), try #require(trained))
    #expect(abs(mean - wanted) <= 1e-5 * wanted)
    #expect(try loss.mean(of: trainer.network()) < mean)
    // Parts have statistics of their own; what does not fill a batch is left out.
    let parts = try BatchLoss(plain, pictures: 41, batch: 16, threads: 2).mean(of: network)
    #expect(parts > 0 && parts != mean)
  }

  @Test func aLossThatIsNotFiniteNamesItsLayer() throws {
    var broken = network
    let filter = try #require(network.nodes.filter { $0.op == "Conv" }.dropFirst(3).first)
    let weights = try #require(filter.input(1))
    let tensor = try #require(network.constants[weights])
    broken.constants[weights] = Tensor(
      type: .float32, shape: tensor.shape, doubles: Array(repeating: Double.infinity, count: tensor.elementCount))
    var trainer = try Trainer(broken, learning: writer, judge: nil, options())
    do {
      _ = try trainer.run { _ in true }
      Issue.record("the training of infinite weights went on")
    } catch TrainingError.diverged(let epoch, let step, let layer) {
      #expect(epoch == 1 && step == 1 && layer == filter.name)
    }
  }

  @Test func memoryLimitsCutSteps() throws {
    let plain = TrainingGraph.Options(batch: 16)
    let whole = try TrainingMemory.bytes(of: network, plain, threads: 1)
    let fitting = try TrainingMemory.fitting(network, plain, threads: 1, limit: whole)
    #expect(fitting.batch == 16 && fitting.accumulation == 1)
    var parted = plain
    (parted.batch, parted.accumulation) = (8, 2)
    let less = try TrainingMemory.bytes(of: network, parted, threads: 1)
    #expect(less < whole)
    let half = try TrainingMemory.fitting(network, plain, threads: 1, limit: less)
    #expect(half.accumulation == 2 && half.pictures == 16)
    #expect(throws: TrainingError.self) { try TrainingMemory.fitting(network, plain, threads: 1, limit: 1000) }

    var trainer = try Trainer(
      network, learning: writer, judge: nil,
      options {
        $0.step.batch = 4
        $0.step.accumulation = 2
      })
    #expect(trainer.stepsPerEpoch == 6)
    #expect(try trainer.run { _ in true } == .finished && trainer.progress.steps == 12)
  }
}
