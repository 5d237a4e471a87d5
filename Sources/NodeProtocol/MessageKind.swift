/// What a message says, and the number that stands for it on the wire.
///
/// The computer asks and the board answers, one question at a time. A board that is measuring sends `alive` now and then;
/// one that refuses a question (an unknown plan, a plan for other processors) says why and stays ready for the next.
package enum MessageKind: UInt32, Sendable {
  // Questions.

  /// A `Greeting`: answered by `welcome`.
  case hello = 1
  /// A compiled plan's bytes: answered by `loaded`.
  case load = 2
  /// The number of a plan that is not needed any more: answered by `forgotten`.
  case forget = 3
  /// A `BenchmarkRequest`: answered by `benchmarked`.
  case benchmark = 4
  /// A `ComparisonRequest`: answered by `soFar`, any number of times, and `compared`.
  case compare = 5

  // What the computer says to `soFar`; nothing inside.

  /// Measure for longer.
  case goOn = 6
  /// That is enough.
  case enough = 7

  // Answers.

  /// What `edge-node info --json` prints.
  case welcome = 101
  /// The number of a plan.
  case loaded = 102
  case forgotten = 103
  /// A `BenchmarkReply`.
  case benchmarked = 104
  /// Timings that do not decide yet: see `InterleavedResult.payload`.
  case soFar = 105
  /// The final timings.
  case compared = 106
  /// Nothing but that the board is still at it.
  case alive = 107
  /// A text: why the question has no answer.
  case refused = 108
}
