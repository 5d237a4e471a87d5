import AAPPolicy

/// What a running campaign tells its caller.
package enum CampaignEvent: Sendable {
  /// Pictures are decoded.
  case decoding(done: Int, of: Int)
  /// Something that takes seconds begins: "measuring", in words.
  case phase(String)
  /// So many of the parts in which a round's channels are chosen.
  case choosing(part: Int, of: Int)
  /// A step of a round's or the final training.
  case training(step: Int, of: Int, loss: Double, epoch: Int)
  /// Measured before anything is removed.
  case baseline(NetworkRecord)
  /// A round is over and recorded.
  case round(RoundRecord)
  case final(CampaignState.FinalRecord)
  /// Everything so far, whenever there is more of it.
  case summary(CampaignSummary)
  /// Something that a person should know of.
  case warning(String)
}
