/// One step of a plan: a flat record of numbers that lies in the file and is run from there, unparsed.
///
/// To add an instruction: a file beside this one, a case in `Opcode`, a line in `Opcode.dispatch`. Fields are `Int32`,
/// `Float` or `TensorID` only, so that any bytes are a value; raw values of enumerations are checked in `validate`.
///
/// An instruction's work is cut into tasks that may run at the same time on several workers. Results must not depend
/// on how many there are: a task computes its own elements of the output and nothing else.
package protocol PlanInstruction: BitwiseCopyable, Sendable {
  static var opcode: Opcode { get }

  /// The (first) result; none where an instruction only changes what is there.
  var output: TensorID { get }

  /// Throws unless running this instruction on these tensors stays within their memory.
  ///
  /// Called once, when a plan is loaded, after every tensor was found to lie inside its storage.
  func validate(_ plan: PlanValidator) throws(PlanError)

  /// Number of tasks the work is cut into for `context.threads` workers, at least 1. 1 for small work: waking a worker
  /// costs more than a few microseconds of arithmetic.
  func taskCount(_ context: ExecutionContext) -> Int

  /// Runs one of `count` tasks on one of the workers (`0..<context.threads`). Allocates nothing.
  func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext)

  /// Scratch bytes that a worker needs; called by the compiler and checked when a plan is loaded.
  func scratchBytes(_ plan: PlanValidator) -> Int

  /// What the instruction does, for profiles; its shape is filled in by the session.
  func summary(_ context: ExecutionContext) -> InstructionSummary
}

extension PlanInstruction {
  package func taskCount(_ context: ExecutionContext) -> Int { 1 }
  package func scratchBytes(_ plan: PlanValidator) -> Int { 0 }
  package var output: TensorID { .none }
  package func summary(_ context: ExecutionContext) -> InstructionSummary { InstructionSummary() }
}
