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
  private let positions: [String: Int]
  /// Steps done, counted from 1 by the optimiser.
  package var stepsDone = 0

  /// - Throws: `TrainingError` for a graph that cannot be compiled, or memory that cannot be had.
  package init(_ step: TrainingGraph, threads: Int, isa: ek_isa = ek_best_isa()) throws(TrainingError) {
    self.step = step
    let bytes: [UInt8]
    do throws(GraphError) {
      bytes = try Compiler.compile(step.graph, Compiler.Options(isa: isa)).bytes
    } catch {
      throw .graph(error)
    }
    do throws(PlanError) {
      let plan = try Plan(copying: bytes)
      session = try Session(plan, threads: threads)
      positions = Dictionary(uniqueKeysWithValues: (0..<plan.inputCount).map { (plan.inputName($0), $0) })
    } catch {
      throw .plan(error)
    }
    restore(step.states.map(\.initial))
  }

  /// Bytes of activations, gradients and state.
  package var arenaBytes: Int { Int(session.plan.header.arenaBytes) }

  private func view(_ value: ValueID) -> TensorView? {
    guard let position = positions[step.graph.name(of: value)] else { return nil }
    return session.input(position)
  }

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

  /// One step on the batch in `images` and `targets`; returns the loss before it.
  package mutating func run(rate: Float) -> Float {
    stepsDone += 1
    view(step.learningRate)?.pointer(as: Float.self).pointee = rate
    view(step.step)?.pointer(as: Float.self).pointee = Float(stepsDone)
    session.run()
    return session.output(0).pointer(as: Float.self).pointee
  }

  /// One step, with the nanoseconds of every instruction told.
  package mutating func run(
    rate: Float, profiling report: (Int, InstructionStream.Element, UInt64) -> Void
  ) -> Float {
    stepsDone += 1
    view(step.learningRate)?.pointer(as: Float.self).pointee = rate
    view(step.step)?.pointer(as: Float.self).pointee = Float(stepsDone)
    session.run(profiling: report)
    return session.output(0).pointer(as: Float.self).pointee
  }

  /// The plan that runs, for profiles.
  package var plan: Plan { session.plan }

  /// How many of the last batch's pictures had their class as the largest logit.
  package func correct(_ classes: [Int]) -> Int {
    session.output(1).correct(classes)
  }

  /// The state's tensors, in the order of `step.states`.
  package func state() -> [Tensor] {
    var result: [Tensor] = []
    for state in step.states {
      if let view = view(state.input) {
        result.append(Tensor(copying: view))
      } else {
        result.append(state.initial)
      }
    }
    return result
  }

  /// Puts back what `state()` gave. Precondition: types and shapes are the states'.
  package mutating func restore(_ tensors: [Tensor]) {
    for (state, tensor) in zip(step.states, tensors) {
      if let view = view(state.input) { tensor.copy(to: view) }
    }
  }
}
