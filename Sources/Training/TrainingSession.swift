import CKernels
import Compiler
import Graph
import Runtime

/// A compiled training step with its state: what a trainer calls for every batch.
///
///     var session = try TrainingSession(step, threads: 2)
///     session.write(images, targets)
///     let loss = session.run(rate: 0.1)
package struct TrainingSession: ~Copyable {
  package let step: TrainingGraph
  private var session: Session
  private var update: Session?
  private var views: [String: TensorView] = [:]
  /// Where the update finds its inputs; empty where it is no graph of its own.
  private var updateViews: [String: TensorView] = [:]
  /// Batches of the present step that have been added up.
  private var part = 0
  /// Steps done, counted from 1 by the optimiser.
  package var stepsDone = 0
  /// Bytes of activations, gradients and state.
  package private(set) var arenaBytes: Int

  /// - Throws: `TrainingError` for a graph that cannot be compiled, or memory that cannot be had.
  package init(_ step: TrainingGraph, threads: Int, isa: ek_isa = ek_best_isa()) throws(TrainingError) {
    let session = try Session.compiled(step.graph, Compiler.Options(isa: isa), threads: threads)
    let update = try TrainingSession.compiledUpdate(step, threads: threads, isa)
    self.step = step
    arenaBytes = Int(session.plan.header.arenaBytes)
    self.session = session
    self.update = update
    views = self.session.inputViews
    if step.update != nil {
      updateViews = self.update?.inputViews ?? [:]
      arenaBytes += Int(self.update?.plan.header.arenaBytes ?? 0)
    }
    restore(step.states.map(\.initial))
  }

  private static func compiledUpdate(
    _ step: TrainingGraph, threads: Int, _ isa: ek_isa
  ) throws(TrainingError) -> Session? {
    guard let graph = step.update?.graph else { return nil }
    return try Session.compiled(graph, Compiler.Options(isa: isa), threads: threads)
  }

  private func view(_ value: ValueID) -> TensorView? { views[step.graph.name(of: value)] }

  /// Where the next batch's pictures go: normalised, `[N, H, W, C]`. To be filled before every `run`.
  package var images: UnsafeMutableBufferPointer<Float> { buffer(step.images) }

  /// Where the next batch's targets go: a distribution over the classes for each picture, `[N, classes]`.
  package var targets: UnsafeMutableBufferPointer<Float> { buffer(step.targets) }

  /// Where the teacher's logits go, where there is one: `[N, classes]`.
  package var teacher: UnsafeMutableBufferPointer<Float>? {
    guard let value = step.teacher else { return nil }
    return buffer(value)
  }

  private func buffer(_ value: ValueID) -> UnsafeMutableBufferPointer<Float> {
    guard let view = view(value) else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    return UnsafeMutableBufferPointer(start: view.pointer(as: Float.self), count: view.elementCount)
  }

  /// One step on the batch in `images` and `targets`, or the part of a step that it is; returns the loss before it.
  package mutating func run(rate: Float) -> Float {
    begin(rate)
    session.run()
    end(rate)
    return session.output(0).pointer(as: Float.self).pointee
  }

  /// One step, with the nanoseconds of every instruction told.
  package mutating func run(
    rate: Float, profiling report: (Int, InstructionStream.Element, UInt64) -> Void
  ) -> Float {
    begin(rate)
    session.run(profiling: report)
    end(rate)
    return session.output(0).pointer(as: Float.self).pointee
  }

  private mutating func begin(_ rate: Float) {
    if part == 0 { stepsDone += 1 }
    view(step.learningRate)?.pointer(as: Float.self).pointee = rate
    view(step.step)?.pointer(as: Float.self).pointee = Float(stepsDone)
  }

  /// After the last part of a step that has several: the update, and sums that begin anew.
  private mutating func end(_ rate: Float) {
    guard step.update != nil else { return }
    part += 1
    guard part == step.batches else { return }
    part = 0
    updateViews["learning_rate"]?.pointer(as: Float.self).pointee = rate
    updateViews["step"]?.pointer(as: Float.self).pointee = Float(stepsDone)
    for sum in step.sums {
      guard let total = views[sum.name], let target = updateViews[sum.name] else { continue }
      Tensor(copying: total).copy(to: target)
      clear(total)
    }
    update?.run()
    // The update has the parameters as well; they are small beside what a batch's activations take.
    for sum in step.sums {
      guard let new = updateViews[sum.parameter], let target = views[sum.parameter] else { continue }
      Tensor(copying: new).copy(to: target)
    }
  }

  private func clear(_ view: TensorView) {
    Tensor(
      type: view.type, shape: (0..<view.rank).map(view.extent), bytes: Array(repeating: 0, count: view.elementCount * 4)
    )
    .copy(to: view)
  }

  /// The plan that runs, for profiles.
  package var plan: Plan { session.plan }

  /// How many of the last batch's pictures had their class as the largest logit.
  package func correct(_ classes: [Int]) -> Int {
    session.output(1).correct(classes)
  }

  /// The state's tensors, in the order of `step.states`.
  package func state() -> [Tensor] {
    step.states.map { state in
      (updateViews[state.name] ?? views[state.name]).map { Tensor(copying: $0) } ?? state.initial
    }
  }

  /// Puts back what `state()` gave, at the beginning of a step. Precondition: types and shapes are the states'.
  package mutating func restore(_ tensors: [Tensor]) {
    part = 0
    for sum in step.sums {
      if let total = views[sum.name] { clear(total) }
    }
    for (state, tensor) in zip(step.states, tensors) {
      for view in [updateViews[state.name], views[state.name]] {
        if let view { tensor.copy(to: view) }
      }
    }
  }
}

extension Session {
  /// Where the plan finds its inputs, by name.
  fileprivate var inputViews: [String: TensorView] {
    Dictionary(uniqueKeysWithValues: (0..<plan.inputCount).map { (plan.inputName($0), input($0)) })
  }
}
