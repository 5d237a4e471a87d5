import CKernels
import CPlatform

/// Memory and threads for running a plan, one picture after the other.
///
/// A session allocates everything when it is made; `run` allocates nothing. Use one session at a time from one thread;
/// several sessions may share a plan. Results are the same bits whatever the number of threads; small networks take one
/// thread where more turn out to be slower.
///
///     let plan = try Plan(path: "signs.edge")
///     var session = try Session(plan, threads: 2)
///     session.input(0).pointer(as: Float.self)[0] = 1
///     session.run()
package struct Session: ~Copyable {
  package let plan: Plan
  private let resources: SessionResources
  private let context: ExecutionContext
  /// The same for runs on one thread.
  private let singleContext: ExecutionContext
  private var choice = ThreadChoice()

  /// - Parameters:
  ///   - threads: Workers at most, the caller's thread counted; no more than 64.
  ///   - pin: Whether each worker is bound to a core.
  package init(_ plan: Plan, threads: Int = 1, pin: Bool = false) throws(PlanError) {
    guard let tensors = plan.tensors.baseAddress, let weights = plan.weights.baseAddress else {
      throw .malformed(reason: "it has no tensors")
    }
    let threads = min(max(threads, 1), 64)
    let alignment = PlanHeader.alignment
    let arenaBytes = (Int(plan.header.arenaBytes) + alignment - 1) / alignment * alignment
    let scratchBytes = (Int(plan.header.scratchBytes) + alignment - 1) / alignment * alignment
    let total = arenaBytes + scratchBytes * threads + alignment
    guard let resources = SessionResources(bytes: total, threads: threads, pin: pin) else {
      throw .outOfMemory(bytes: total)
    }
    self.plan = plan
    self.resources = resources
    func context(threads: Int) -> ExecutionContext {
      ExecutionContext(
        tensors: tensors, arena: resources.memory, weights: weights, scratch: resources.memory + arenaBytes,
        scratchBytes: scratchBytes, threads: threads, kernels: plan.kernels)
    }
    self.context = context(threads: threads)
    singleContext = context(threads: 1)
  }

  /// Number of workers at most.
  package var threads: Int { context.threads }

  /// Where an input is to be written before every run: later activations may share its memory. Precondition: `index < plan.inputCount`.
  package func input(_ index: Int) -> TensorView { context.view(plan.inputTensor(index)) }

  /// Where an output is found after `run`, until the next one. Precondition: `index < plan.outputCount`.
  package func output(_ index: Int) -> TensorView { context.view(plan.outputTensor(index)) }

  /// Runs all instructions. Allocates nothing, throws nothing: all that can be wrong was found by `Plan.init`.
  package mutating func run() {
    let start = ep_now_ns()
    var execution = execution
    for element in plan.instructions { element.opcode.dispatch(element.payload, &execution) }
    choice.runEnded(after: ep_now_ns() - start)
  }

  /// On the threads that the next run is to take.
  private var execution: Execution {
    choice.isParallel
      ? Execution(context: context, pool: resources.pool) : Execution(context: singleContext, pool: nil)
  }

  /// What an instruction of the plan does.
  package func summary(of element: InstructionStream.Element) -> InstructionSummary {
    var description = Description(context: context)
    element.opcode.dispatch(element.payload, &description)
    return description.summary
  }

  /// Runs all instructions and tells the nanoseconds of each.
  ///
  /// - Parameter report: Called after every instruction with its position, itself and its time.
  package mutating func run(profiling report: (Int, InstructionStream.Element, UInt64) -> Void) {
    var execution = execution
    var (position, total) = (0, UInt64(0))
    for element in plan.instructions {
      let start = ep_now_ns()
      element.opcode.dispatch(element.payload, &execution)
      let time = ep_now_ns() - start
      report(position, element, time)
      position += 1
      total += time
    }
    choice.runEnded(after: total)
  }
}

/// What a session owns. A class of its own, as Embedded Swift does not find a `deinit` of another module's struct.
private final class SessionResources {
  let memory: UnsafeMutableRawPointer
  /// Nil for one thread.
  let pool: OpaquePointer?

  /// Nil where memory or threads could not be had.
  init?(bytes: Int, threads: Int, pin: Bool) {
    guard let memory = ep_allocate(bytes) else { return nil }
    // Zeroed once: elements that no instruction writes (gaps between slices) are the same in every run.
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    let pool = threads > 1 ? ep_pool_create(Int32(threads), pin) : nil
    if threads > 1, pool == nil {
      ep_free(memory)
      return nil
    }
    self.memory = memory
    self.pool = pool
  }

  deinit {
    ep_pool_destroy(pool)
    ep_free(memory)
  }
}

/// Runs an instruction's tasks, on the pool where there is more than one.
private struct Execution: InstructionVisitor {
  let context: ExecutionContext
  let pool: OpaquePointer?

  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(Never) {
    let count = instruction.taskCount(context)
    guard count > 1, let pool else {
      for task in 0..<count { instruction.run(task: task, of: count, worker: 0, context) }
      return
    }
    var region = Region(opcode: I.opcode, context: context, payload: nil)
    withUnsafeBytes(of: instruction) { bytes in
      region.payload = bytes.baseAddress
      ep_pool_run(pool, Int32(count), { Region.run($0, Int($1), Int($2), Int($3)) }, &region)
    }
  }
}

/// Asks an instruction what it does.
private struct Description: InstructionVisitor {
  let context: ExecutionContext
  var summary = InstructionSummary()

  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(Never) {
    summary = instruction.summary(context)
    guard let view = context.optionalView(instruction.output) else { return }
    summary.shape = (0..<view.rank).map { view.extent($0) }
  }
}

/// What the workers of a parallel region share. A C callback can carry no generic type, so it finds the instruction's
/// type anew by its opcode.
private struct Region {
  let opcode: Opcode
  let context: ExecutionContext
  var payload: UnsafeRawPointer?

  static func run(_ region: UnsafeMutableRawPointer?, _ task: Int, _ count: Int, _ worker: Int) {
    guard let region = region?.assumingMemoryBound(to: Region.self), let payload = region.pointee.payload else {
      return
    }
    var execution = TaskExecution(task: task, count: count, worker: worker, context: region.pointee.context)
    region.pointee.opcode.dispatch(payload, &execution)
  }
}

private struct TaskExecution: InstructionVisitor {
  let task: Int
  let count: Int
  let worker: Int
  let context: ExecutionContext

  mutating func visit<I: PlanInstruction>(_ instruction: I) throws(Never) {
    instruction.run(task: task, of: count, worker: worker, context)
  }
}
